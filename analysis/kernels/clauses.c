/* The verbs of saying of sentences, whose they are and what they report. studies/_phrases.py and studies/_clauses.py say
   why the rules are what they are; each function here does what the one of the same name does there. Words are numbers:
   what a word is by itself, studies/_reading.py says once for each distinct one, as bits and as a code. */
#include "table.h"

/* ---- what a word is by itself; in the order of studies/_reading.py ------------------------------------------------- */

#define BIT(n) (1ull << (n))
enum {
  PRONOUN_, BE_, HAVE_, MODAL_, ADVERB_LISTED_, TIME_, PREPOSITION_, EXTENDING_, DETERMINER_, SUBORDINATOR_, CLAUSE_SUBJECT_,
  DASH_, STOP_, TERMINAL_, MEDIUM_, VERBLIKE_, LEADING_TIME_, FINITE_LISTED_, COURTESY_, OBJECT_, QUESTION_, REFUSING_,
  THAT_ONLY_, TELLS_, ASKS_, PASSIVE_REPORT_, RELATIVE_, ASIDE_, CLOSING_, BEFORE_INVERSION_, JOINING_,
  FINITE_BEHIND_NOUN_, FINITE_, NEGATION_, ADVERB_, VERB_, V_CLAUSE_, V_OBJECT_, V_MARKS_, V_JUDGE_, V_NOUN_, GOES_ON_,
  ED_, ING_, LONG_ING_, S_, OWNER_, PLURAL_, SHORT_VERB_, RE_, DIGITS_, ALNUM_, SIDE_, UPPER_, LOWER_FIRST_, SMALL_, CAPITALS_,
  SHORT_,
};
#define PRONOUN BIT(PRONOUN_)
#define BE BIT(BE_)
#define HAVE BIT(HAVE_)
#define MODAL BIT(MODAL_)
#define ADVERB_LISTED BIT(ADVERB_LISTED_)
#define TIME BIT(TIME_)
#define PREPOSITION BIT(PREPOSITION_)
#define EXTENDING BIT(EXTENDING_)
#define DETERMINER BIT(DETERMINER_)
#define SUBORDINATOR BIT(SUBORDINATOR_)
#define CLAUSE_SUBJECT BIT(CLAUSE_SUBJECT_)
#define DASH BIT(DASH_)
#define STOP BIT(STOP_)
#define TERMINAL BIT(TERMINAL_)
#define MEDIUM BIT(MEDIUM_)
#define VERBLIKE BIT(VERBLIKE_)
#define LEADING_TIME BIT(LEADING_TIME_)
#define FINITE_LISTED BIT(FINITE_LISTED_)
#define COURTESY BIT(COURTESY_)
#define OBJECT BIT(OBJECT_)
#define QUESTION BIT(QUESTION_)
#define REFUSING BIT(REFUSING_)
#define THAT_ONLY BIT(THAT_ONLY_)
#define TELLS BIT(TELLS_)
#define ASKS BIT(ASKS_)
#define PASSIVE_REPORT BIT(PASSIVE_REPORT_)
#define RELATIVE BIT(RELATIVE_)
#define ASIDE BIT(ASIDE_)
#define CLOSING BIT(CLOSING_)
#define BEFORE_INVERSION BIT(BEFORE_INVERSION_)
#define JOINING BIT(JOINING_)
#define FINITE_BEHIND_NOUN BIT(FINITE_BEHIND_NOUN_)
#define FINITE BIT(FINITE_)
#define NEGATION BIT(NEGATION_)
#define ADVERB BIT(ADVERB_)
#define VERB BIT(VERB_)
#define V_CLAUSE BIT(V_CLAUSE_)
#define V_OBJECT BIT(V_OBJECT_)
#define V_MARKS BIT(V_MARKS_)
#define V_JUDGE BIT(V_JUDGE_)
#define V_NOUN BIT(V_NOUN_)
#define GOES_ON BIT(GOES_ON_)
#define ED BIT(ED_)
#define ING BIT(ING_)
#define LONG_ING BIT(LONG_ING_)
#define S BIT(S_)
#define OWNER BIT(OWNER_)
#define PLURAL BIT(PLURAL_)
#define SHORT_VERB BIT(SHORT_VERB_)
#define RE BIT(RE_)
#define DIGITS BIT(DIGITS_)
#define ALNUM BIT(ALNUM_)
#define SIDE BIT(SIDE_)
#define UPPER BIT(UPPER_)
#define LOWER_FIRST BIT(LOWER_FIRST_)
#define SMALL BIT(SMALL_)
#define CAPITALS BIT(CAPITALS_)
#define SHORT BIT(SHORT_)
#define NO_CLAUSE (V_JUDGE | V_MARKS)

/* Codes of single words; those below 64 can be looked for several at once. */
enum {
  OTHER, QUOTE, COMMA, POINT, SEMICOLON, COLON, QUESTION_MARK, EXCLAMATION, LONG_DASH, EN_DASH, STRAIGHT, CLOSED_MARK, OPEN_BRACKET,
  CLOSE_BRACKET, AND, AMPERSAND, BUT, OR, YET, SO, AS, THAT, WHETHER, IF, HOW, WHY, WHAT, WHO, WHICH, WHERE, WHEN, WHOSE, A, AN, THE,
  HIS, HER, ITS, THIS, OF, FOR, FROM, TO, AT, IN, WITH, ON, BY, ABOUT, DURING, VIA, THROUGH, OVER, AFTER, UNDER, SINCE, MANY, SOME,
  ALL, MOST, SEVERAL, BOTH, LATER, THEN,
  ALSO, ONCE, WHILE, ALTHOUGH, THOUGH, BECAUSE, ASKED, DO, DOES, DID, SAY, TELL, TODAY, LEAST, PUBLICLY, LATE, LAST, EARLY, EARLIER,
  SOMETHING, GOODBYE, NOTHING, OUT, ACCORDING,
};
#define ONE(code) (1ull << (code))

static int among(u8 code, u64 codes) { return code < 64 && codes >> code & 1; }

/* ---- what a character is -------------------------------------------------------------------------------------------- */

enum { WORD = 1, WHITE = 2, LOWERCASE = 4 };
#define N_CLASSES 0x20000
#define APOSTROPHE 0x2019

typedef struct {
  const u8 *classes;    /* of the code points below N_CLASSES; those above are words or signs */
  const u32 *ranges;    /* of words above: first and last */
  i64 n_ranges;
} Characters;

static int class_of(const Characters *known, u32 point) {
  if (point < N_CLASSES) return known->classes[point];
  i64 low = 0, high = known->n_ranges;
  while (low < high) {
    i64 middle = (low + high) / 2;
    if (known->ranges[2 * middle + 1] < point) low = middle + 1;
    else high = middle;
  }
  return low < known->n_ranges && known->ranges[2 * low] <= point ? WORD : 0;
}

/* ---- sentences and their words -------------------------------------------------------------------------------------- */

typedef struct {
  i32 outer_start, outer_end, end;
} Speech;

typedef struct {
  i32 start, end, paragraph, speech, speech_end, reports;
  i64 word, word_end;
} Span;

typedef struct {
  i32 number, start, end, is_quote;
} Cut;

static Table words;

EXPORT i32 clauses_reset(u64 seed) {
  static const u32 first[2][4] = {{'.'}, {2}};
  return table_reset(&words, seed) && !table_number(&words, (const u8 *)first[0], 4) &&
                 table_number(&words, (const u8 *)first[1], 4) == 1
             ? 0
             : -1;
}
EXPORT i32 clauses_known(void) { return words.n; }
EXPORT const u32 *clauses_begins(void) { return words.begins; }
EXPORT const u8 *clauses_arena(void) { return words.arena; }

static int matches(const u32 *text, i64 at, i64 stop, const char *word) {
  for (; *word; word++, at++)
    if (at >= stop || text[at] != (u32)*word) return 0;
  return 1;
}

static int in_word(const Characters *known, const u32 *text, i64 at, i64 stop) {
  return at < stop && class_of(known, text[at]) & WORD;
}

static int is_white(const Characters *known, const u32 *text, i64 at, i64 stop) {
  return at < stop && class_of(known, text[at]) & WHITE;
}

/* Whether a verb of a tag stands here, and no clause behind it. */
static int tag_verb(const Characters *known, const u32 *text, i64 at, i64 stop) {
  static const char *const verbs[] = {"said",     "says",      "asked",     "wrote",  "told",   "added",  "replied",  "tweeted", "continued",
                                      "declared", "shouted",   "explained", "warned", "argued", "quipped", "insisted", NULL};
  static const char *const clauses[] = {"that", "the", "it", "he", "she", "they", NULL};
  for (int verb = 0; verbs[verb]; verb++) {
    if (!matches(text, at, stop, verbs[verb])) continue;
    i64 behind = at;
    for (const char *letter = verbs[verb]; *letter; letter++) behind++;
    if (in_word(known, text, behind, stop)) continue;
    i64 next = behind;
    while (is_white(known, text, next, stop)) next++;
    int clause = 0;
    for (int word = 0; next > behind && clauses[word]; word++) {
      if (!matches(text, next, stop, clauses[word])) continue;
      i64 last = next;
      for (const char *letter = clauses[word]; *letter; letter++) last++;
      clause |= !in_word(known, text, last, stop);
    }
    if (!clause) return 1;
  }
  return 0;
}

/* Whether one to five words of a name and then a verb of a tag begin here. */
static int name_and_verb(const Characters *known, const u32 *text, i64 at, i64 stop) {
  for (int name = 0; name < 5; name++) {
    i64 begin = at;
    while (at < stop && at - begin <= 30 &&
           (class_of(known, text[at]) & WORD || text[at] == '.' || text[at] == APOSTROPHE || text[at] == '\'' || text[at] == '-'))
      at++;
    if (at == begin || at - begin > 30 || !is_white(known, text, at, stop)) return 0;
    while (is_white(known, text, at, stop)) at++;
    if (tag_verb(known, text, at, stop)) return 1;
  }
  return 0;
}

static int has_line_feed(const u32 *text, i64 at, i64 stop) {
  for (; at < stop; at++)
    if (text[at] == '\n') return 1;
  return 0;
}

/* Whether a sentence is the tag of the quotation before it. */
static int tag_follows(const Characters *known, const u32 *text, i64 size, i64 last, i64 end, i64 first, int has_verb) {
  if (has_line_feed(text, end, first)) return 0;
  if (class_of(known, text[first]) & LOWERCASE) return 1;
  u32 sign = text[last < 0 ? last + size : last];
  if (!(sign == ',' || sign == '?' || sign == '!' || sign == 0x2014 || sign == 0x2026) || !has_verb) return 0;
  i64 stop = first + 160 < size ? first + 160 : size;
  /* An apostrophe may belong to what comes before the name, or to it. */
  for (i64 at = first;; at++) {
    if (name_and_verb(known, text, at, stop)) return 1;
    if (at >= stop || !(class_of(known, text[at]) & WHITE || text[at] == 0x201D || text[at] == '"' || text[at] == APOSTROPHE)) return 0;
  }
}

/* Cut text[at:stop] into words; as the pattern in studies/_phrases.py. */
static int cut_words(const Characters *known, const u32 *text, i64 at, i64 stop, Cut *cuts, i64 *n) {
  while (at < stop) {
    int class = class_of(known, text[at]);
    i64 begin = at++;
    if (class & WHITE) continue;
    if (class & WORD) {
      while (in_word(known, text, at, stop)) at++;
      while (at < stop) {
        u32 sign = text[at];
        int apostrophe = sign == '\'' || sign == APOSTROPHE;
        if (!apostrophe && sign != '.' && sign != '-' && sign != '&') break;
        if (!in_word(known, text, at + 1, stop)) {
          at += apostrophe;
          break;
        }
        at += 2;
        while (in_word(known, text, at, stop)) at++;
      }
    }
    i32 number = table_number(&words, (const u8 *)(text + begin), 4 * (at - begin));
    if (number < 0) return -1;
    cuts[(*n)++] = (Cut){number, begin, at, 0};
  }
  return 0;
}

static int cut_span(const Characters *known, const u32 *text, const Speech *speech, Span *span, Cut *cuts, i64 *n) {
  i64 at = span->start;
  span->word = *n;
  for (i64 number = span->speech; number <= span->speech_end; number++) {
    int is_last = number == span->speech_end;
    i64 first = is_last ? span->end : speech[number].outer_start, stop = is_last ? span->end : speech[number].outer_end;
    if (cut_words(known, text, at, first, cuts, n) < 0) return -1;
    if (first > at) at = first;
    if (is_last || first >= span->end) continue;
    if (stop > span->end) stop = span->end;
    if (stop > at) at = stop;
    cuts[(*n)++] = (Cut){1, first, at, 1};
  }
  span->word_end = *n;
  return 0;
}

#define LONGEST_SPAN 20000

/* Join the sentences of articles where a quotation runs over their edge or a tag follows one, and cut those into words
   that have speech in them or a verb of saying. Returns the number of words. */
EXPORT i64 clauses_cut(const u32 *all_text, const i64 *text_starts, i64 n_articles, const u8 *classes, const u32 *ranges, i64 n_ranges,
                       const i64 *begins, const i64 *ends, const u8 *reports, const i64 *sentence_starts, const Speech *all_speech,
                       const i64 *speech_starts, Span *spans, i64 *span_starts, Cut *cuts) {
  Characters known = {classes, ranges, n_ranges};
  i64 n_spans = 0, n_words = 0;
  for (i64 article = 0; article < n_articles; article++) {
    const u32 *text = all_text + text_starts[article];
    i64 size = text_starts[article + 1] - text_starts[article], n = speech_starts[article + 1] - speech_starts[article];
    const Speech *speech = all_speech + speech_starts[article];
    i64 at = 0, start = -1, end = -1, paragraph = 0;
    int reported = 0;
    span_starts[article] = n_spans;
    for (i64 sentence = sentence_starts[article]; sentence <= sentence_starts[article + 1]; sentence++) {
      int is_last = sentence == sentence_starts[article + 1];
      i64 first = is_last ? size : begins[sentence], last = is_last ? size : ends[sentence];
      int has_verb = is_last ? 0 : reports[sentence];
      i64 begun = at, stop = n;
      if (is_last && start < 0) break;
      if (start < 0) {
        start = first, end = last, reported = has_verb;
        continue;
      }
      if (!is_last) {
        while (at < n && speech[at].outer_end <= first) at++;
        int joins = at < n && speech[at].outer_start < end;
        if (!joins && at && speech[at - 1].outer_end >= end - 1 && speech[at - 1].outer_end > start)
          joins = tag_follows(&known, text, size, (i64)speech[at - 1].end - 1, end, first, has_verb);
        if (joins && last - start < LONGEST_SPAN) {
          at = begun, end = last, reported |= has_verb;
          continue;
        }
        for (stop = begun; stop < n && speech[stop].outer_start < end;) stop++;
      }
      Span *span = spans + n_spans++;
      *span = (Span){start, end, paragraph, begun, stop, reported, n_words, n_words};
      if ((reported || stop > begun) && cut_span(&known, text, speech, span, cuts, &n_words) < 0) return -1;
      at = stop;
      if (!is_last) paragraph += has_line_feed(text, end, first);
      start = first, end = last, reported = has_verb;
    }
  }
  span_starts[n_articles] = n_spans;
  return n_words;
}

/* ---- one sentence ---------------------------------------------------------------------------------------------------- */

typedef struct {
  u64 is; /* bits */
  i32 start, end, named;
  u8 code, is_quote;
  i32 number;
} Word;

typedef struct {
  i32 start, end, title_start, is_person, is_organisation;
} Mention;

typedef struct {
  i32 first, last;
} Places;
static const Places NOWHERE = {-1, -1};

typedef struct {
  i32 start, end, mention;
} Phrase;

typedef struct {
  i32 at, number, passive;
  Phrase subject;     /* start -1: none */
  Places subject_places;
  Places content, before; /* words; the last is the one behind; -1: none */
  u64 is;
} Cue;

typedef struct {
  const u32 *text;
  i64 size;
  Word *words;
  i64 n;
  const Mention *mentions;
  int has_quotes;
} Sentence;

static const Word NO_WORD = {0, 0, 0, -1, OTHER, 0, -1};
static Word point_word;

/* A word, or one that is nothing outside the sentence. */
static const Word *word_at(const Sentence *s, i64 at) { return at >= 0 && at < s->n ? s->words + at : &NO_WORD; }
/* A word, or a full stop behind the sentence. */
static const Word *word_or_point(const Sentence *s, i64 at) { return at < s->n ? word_at(s, at) : &point_word; }
static u64 is_at(const Sentence *s, i64 at, u64 bits) { return word_at(s, at)->is & bits; }
static int code_at(const Sentence *s, i64 at) { return word_at(s, at)->code; }
static int named_at(const Sentence *s, i64 at) { return word_at(s, at)->named; }
static i64 least(i64 a, i64 b) { return a < b ? a : b; }
static i64 most(i64 a, i64 b) { return a > b ? a : b; }

static int is_person(const Sentence *s, i64 at) {
  int mention = named_at(s, at);
  return mention >= 0 && s->mentions[mention].is_person;
}

static int is_apostrophe(const Sentence *s, i64 at) {
  return at >= 0 && at < s->size && (s->text[at] == '\'' || s->text[at] == APOSTROPHE);
}

static int is_possessive(const Sentence *s, i64 at) {
  int mention = named_at(s, at);
  return mention >= 0 && is_apostrophe(s, s->mentions[mention].end);
}

static Phrase phrase(const Sentence *s, i64 first, i64 last, int mention) {
  i32 start = word_at(s, first)->start, end = word_at(s, last)->end;
  if (mention >= 0) end = s->mentions[mention].end;
  else if (end - start >= 2 && end <= s->size && s->text[end - 1] == 's' && is_apostrophe(s, end - 2)) end -= 2;
  return (Phrase){start, end, mention};
}

/* The first word that begins at `place` or behind it. */
static i64 word_from(const Sentence *s, i32 place) {
  i64 low = 0, high = s->n;
  while (low < high) {
    i64 middle = (low + high) / 2;
    if (s->words[middle].start < place) low = middle + 1;
    else high = middle;
  }
  return low;
}

#define LONGEST_ASIDE 16

static void without_parentheses(Sentence *s) {
  i64 n = 0, opened = -1;
  for (i64 at = 0; at < s->n; at++) {
    Word word = s->words[at];
    s->words[n++] = word;
    if (word.code == OPEN_BRACKET) opened = n - 1;
    else if (word.code == QUOTE || n - opened > LONGEST_ASIDE) opened = -1;
    else if (word.code == CLOSE_BRACKET && opened >= 0) {
      n = opened;
      opened = -1;
    }
  }
  s->n = n;
}

static void name_words(Sentence *s, int number) {
  const Mention *mention = s->mentions + number;
  i64 at = word_from(s, mention->title_start);
  i64 before = at > 1 && code_at(s, at - 1) == POINT ? at - 2 : at - 1;
  if (before >= 0 && is_at(s, before, COURTESY)) at = before;
  for (; at < s->n && s->words[at].start < mention->end; at++)
    if (s->words[at].code != QUOTE) s->words[at].named = number;
}

static int is_nominal(const Sentence *s, i64 at) {
  const Word *word = word_at(s, at);
  if (word->named >= 0) return 1;
  return word->is & ALNUM && !(word->is & (SUBORDINATOR | PREPOSITION | FINITE_LISTED | ADVERB | PRONOUN | VERBLIKE | DETERMINER)) &&
         !(word->is & ED && word->is & SMALL);
}

static int at_boundary(const Sentence *s, i64 at) {
  return !at || is_at(s, at - 1, STOP | SUBORDINATOR | ADVERB_LISTED) || code_at(s, at - 1) == QUOTE || code_at(s, at - 1) == POINT;
}

#define PREPOSITIONS_BEFORE (ONE(OF) | ONE(FROM) | ONE(WITH) | ONE(FOR) | ONE(IN) | ONE(TO) | ONE(AT))

static i64 left(const Sentence *s, i64 last, int depth) {
  i64 at = last, first = at + 1;
  if (is_at(s, at, PRONOUN)) return at;
  if (!is_nominal(s, at) && !is_at(s, at, DETERMINER)) return -1;
  for (int step = 0; step < 16 && at >= 0; step++) {
    const Word *word = s->words + at;
    if (word->named >= 0) {
      int mention = word->named;
      while (at >= 0 && s->words[at].named == mention) at--;
      first = at + 1;
      continue;
    }
    if (word->is & DETERMINER && !(word->code == THAT && first <= last)) {
      first = at--;
      if (at > 0 && among(code_at(s, at), PREPOSITIONS_BEFORE) && is_nominal(s, at - 1)) {
        at--;
        continue;
      }
      if (at >= 0 && is_at(s, at, DETERMINER) && code_at(s, at) != THAT) continue;
      break;
    }
    if (word->code == AND || word->code == AMPERSAND) {
      if (depth || !at || !(is_nominal(s, at - 1) || code_at(s, at - 1) == COMMA)) break;
      i64 back = code_at(s, at - 1) != COMMA ? at - 1 : at - 2;
      i64 begin = back >= 0 ? left(s, back, 1) : -1;
      if (begin >= 0 && at_boundary(s, begin)) first = begin;
      break;
    }
    if (word->is & EXTENDING && at > 0 && is_nominal(s, at - 1) && first > at && first <= last) {
      if (among(word->code, ONE(ON) | ONE(AT) | ONE(IN)) && is_at(s, at - 1, TIME)) break;
      at--;
      continue;
    }
    if (word->is & (STOP | SUBORDINATOR | PREPOSITION | FINITE | PRONOUN | VERBLIKE) || word->code == QUOTE || word->code == POINT ||
        (word->is & ED && word->is & SMALL)) {
      if (word->code == POINT && at > 0 && is_at(s, at - 1, SHORT) && is_at(s, at - 1, UPPER) && at < last) {
        at--;
        continue;
      }
      break;
    }
    first = at--;
  }
  while (first <= last && named_at(s, first) < 0 && is_at(s, first, ADVERB | TIME)) first++;
  return first <= last ? first : -1;
}

static int has_code(const Sentence *s, i64 first, i64 last, u8 code) {
  for (i64 at = most(first, 0); at < last && at < s->n; at++)
    if (s->words[at].code == code) return 1;
  return 0;
}

static Phrase refined(const Sentence *s, Places places) {
  i64 first = places.first, last = places.last;
  if (is_at(s, last, PRONOUN)) return phrase(s, last, last, -1);
  int mention = named_at(s, last);
  if (mention >= 0 && !is_possessive(s, last)) {
    i64 begin = last;
    while (begin > first && named_at(s, begin - 1) == mention) begin--;
    if (begin == first) return phrase(s, first, last, mention);
    const Word *before = word_at(s, begin - 1);
    if (!(before->is & PREPOSITION) && !among(before->code, ONE(AND) | ONE(AMPERSAND) | ONE(COMMA))) {
      int has_and = has_code(s, first, begin, AND), joined = has_and;
      for (i64 at = first; at < begin; at++) joined |= is_at(s, at, PREPOSITION) != 0;
      int person = is_person(s, last);
      if (person && !(named_at(s, first) >= 0 && has_and)) return phrase(s, begin, last, mention);
      if (!person && !joined) return phrase(s, first, last, mention);
    }
  }
  if (is_person(s, first) && !is_possessive(s, first)) {
    i64 stop = first;
    while (stop < last && named_at(s, stop + 1) == named_at(s, first)) stop++;
    if (stop < last && among(code_at(s, stop + 1), ONE(OF) | ONE(FROM) | ONE(IN) | ONE(AT)))
      return phrase(s, first, stop, named_at(s, first));
  }
  return phrase(s, first, last, -1);
}

static Places subject_before(const Sentence *s, i64 comma) {
  i64 edges[6] = {comma}, at = comma - 1;
  int n = 1;
  for (; at >= 0 && n < 6 && comma - at < 60; at--) {
    if (among(code_at(s, at), ONE(COMMA) | ONE(LONG_DASH) | ONE(EN_DASH))) edges[n++] = at;
    else if (among(code_at(s, at), ONE(SEMICOLON) | ONE(QUOTE) | ONE(COLON))) break;
  }
  i64 begin = at + 1;
  int named = named_at(s, comma - 1);
  if (n > 1 && named >= 0 && s->mentions[named].is_person && named_at(s, edges[1] + 1) == named) {
    /* The first word's neighbour is the last one, as in Python. */
    int other = named_at(s, edges[1] ? edges[1] - 1 : s->n - 1);
    if (other < 0 || !(s->mentions[other].is_person || s->mentions[other].is_organisation)) return (Places){edges[1] + 1, comma - 1};
  }
  for (int number = 1; number < n; number++) {
    i64 last = edges[number] - 1, first_of = number + 1 < n ? edges[number + 1] + 1 : begin;
    if (last < 0 || last < first_of) continue;
    int mention = named_at(s, last), more = number + 1 < n;
    const Word *leading = word_at(s, first_of);
    int is_name = mention >= 0 && (s->mentions[mention].is_person || s->mentions[mention].is_organisation);
    int aside = leading->is & SIDE || among(leading->code, ONE(OF) | ONE(WHO) | ONE(WHICH) | ONE(WHERE) | ONE(WHOSE) | ONE(A) | ONE(AN));
    if (more && aside) continue;
    if (!is_name && more && leading->is & LOWER_FIRST && !(leading->is & DETERMINER)) continue;
    if (mention >= 0 && !is_name && more && leading->named == mention) continue;
    i64 first = left(s, last, 0);
    if (first >= 0) return (Places){first, last};
  }
  return NOWHERE;
}

#define LINKS_BEHIND (ONE(OF) | ONE(FOR) | ONE(FROM) | ONE(TO) | ONE(AT) | ONE(IN) | ONE(WITH) | ONE(AND) | ONE(ON) | ONE(BY))

static i64 right(const Sentence *s, i64 first) {
  if (first >= s->n) return -1;
  if (is_at(s, first, PRONOUN)) return first;
  i64 at = first;
  if (!(is_nominal(s, at) || is_at(s, at, DETERMINER))) return -1;
  for (int step = 0; step < 18 && at < s->n; step++) {
    const Word *word = s->words + at, *following = word_at(s, at + 1);
    if (word->named >= 0) {
      while (at + 1 < s->n && s->words[at + 1].named == word->named) at++;
      at++;
      if (s->mentions[word->named].is_person && !is_possessive(s, at - 1)) break;
      continue;
    }
    if (among(word->code, LINKS_BEHIND) && at > first && at + 1 < s->n) {
      if (following->is & TIME || (following->named < 0 && among(following->code, ONE(A) | ONE(AN) | ONE(HIS) | ONE(HER) | ONE(ITS)) &&
                                   among(word->code, ONE(IN) | ONE(ON) | ONE(AT) | ONE(TO) | ONE(WITH))))
        break;
      if (among(word->code, ONE(IN) | ONE(ON) | ONE(AT)) && (is_at(s, least(at + 2, s->n - 1), MEDIUM) || following->is & MEDIUM)) break;
      if (following->is & PRONOUN || !(is_nominal(s, at + 1) || following->is & DETERMINER)) break;
      at++;
      continue;
    }
    if (word->is & (STOP | SUBORDINATOR | PREPOSITION | FINITE | TIME | PRONOUN | ADVERB) || word->code == QUOTE) break;
    if (at > first && (word->is & VERBLIKE || (word->is & ED && word->is & SMALL) || (word->is & VERB && !(word->is & V_NOUN)))) break;
    if (word->code == POINT) {
      if (at + 1 < s->n && is_at(s, at - 1, SHORT) && following->is & UPPER) {
        at++;
        continue;
      }
      break;
    }
    at++;
  }
  return at > first ? at - 1 : -1;
}

static int leads_in(const Sentence *s, i64 at) {
  const Word *word = word_at(s, at);
  if (word->named >= 0) return 0;
  return word->is & (PREPOSITION | ADVERB | ING | TIME | LEADING_TIME) || among(word->code, ONE(WHEN) | ONE(IF) | ONE(AS) | ONE(SINCE)) ||
         word->code == WHILE || word->code == ALTHOUGH || word->code == THOUGH || word->code == BECAUSE || word->code == ONCE ||
         word->code == ASKED || (word->is & DETERMINER && is_at(s, at + 1, LEADING_TIME));
}

static Places main_subject(const Sentence *s) {
  i64 n = s->n, at = 0;
  if (n && is_at(s, 0, CAPITALS)) {
    for (i64 place = 1; place < least(n - 1, 8); place++) {
      if (is_at(s, place, DASH)) {
        at = place + 1;
        break;
      }
    }
  }
  while (at < n && (is_at(s, at, STOP) || among(code_at(s, at), ONE(QUOTE) | ONE(BUT) | ONE(AND) | ONE(YET) | ONE(SO) | ONE(OR) | ONE(POINT))))
    at++;
  if (at >= n) return NOWHERE;
  if (leads_in(s, at)) {
    for (i64 place = at + 1; place < least(n - 1, at + 60); place++) {
      if (code_at(s, place) == COMMA && !leads_in(s, place + 1) && !is_at(s, place + 1, DIGITS)) {
        i64 last = right(s, place + 1);
        if (last >= 0) return (Places){place + 1, last};
      }
    }
    return NOWHERE;
  }
  i64 last = right(s, at);
  return last >= at ? (Places){at, last} : NOWHERE;
}

/* ---- clauses ---------------------------------------------------------------------------------------------------------- */

#define LONGEST_CLAUSE 400
#define FARTHEST 200
#define NEAR 60

static int is_noun(const Sentence *s, i64 at) {
  if (!at) return 1;
  const Word *before = word_at(s, at - 1), *word = word_at(s, at), *following = word_or_point(s, at + 1);
  if (before->is & ADVERB_LISTED && at > 1 && before->code != ALSO && before->code != THEN && before->code != LATER && before->code != ONCE)
    before = word_at(s, at - 2);
  if (before->is & DIGITS || among(following->code, ONE(TO) | ONE(OF) | ONE(FROM) | ONE(BY) | ONE(ABOUT)) || word->named >= 0) return 1;
  if (before->is & DETERMINER &&
      !among(before->code, ONE(THAT) | ONE(MANY) | ONE(SOME) | ONE(ALL) | ONE(MOST) | ONE(SEVERAL) | ONE(BOTH)))
    return 1;
  if (before->is & (PREPOSITION | OWNER)) return 1;
  if (following->is & FINITE_BEHIND_NOUN && !(before->is & PRONOUN)) return 1;
  if (word->is & ING) return is_nominal(s, at - 1);
  if (before->is & BE && !(word->is & ED)) return 1;
  if (!(word->is & (S | ED))) return !(before->is & (PLURAL | PRONOUN | ADVERB_LISTED | HAVE));
  if (word->is & S && named_at(s, at - 1) < 0 && !(before->is & PRONOUN) && before->code != WHO && before->code != ALSO &&
      before->code != WHICH)
    return !(among(following->code, ONE(THAT) | ONE(QUOTE) | ONE(COMMA) | ONE(COLON)) || following->is & CLAUSE_SUBJECT);
  return 0;
}

static int may_report(const Sentence *s, i64 at) {
  const Word *word = word_at(s, at), *first = word_at(s, at + 1), *second = word_at(s, at + 2);
  if (word->named >= 0 && word->is & UPPER) return 0;
  if (!s->has_quotes && word->is & NO_CLAUSE) return 0;
  if (word->is & THAT_ONLY && first->code != THAT && second->code != THAT && !(first->is & TERMINAL)) return 0;
  return !(first->code == THE && second->code == LEAST) && !(word->is & V_NOUN && is_noun(s, at));
}

static i64 next_comma(const Sentence *s, i64 first, i64 within) {
  for (i64 at = first; at < least(s->n, first + within); at++)
    if (code_at(s, at) == COMMA) return at;
  return -1;
}

static i64 begin_of(const Sentence *s, i64 at) {
  i64 least_place = most(0, at - FARTHEST);
  for (i64 place = at - 1; place > least_place; place--) {
    u8 code = code_at(s, place);
    if (code == SEMICOLON || code == COLON || (code == POINT && is_at(s, place - 1, SMALL))) return place + 1;
  }
  return least_place;
}

static int has_verb(const Sentence *s, i64 first, i64 last) {
  for (i64 at = most(first, 0); at < least(last, s->n); at++)
    if (is_at(s, at, FINITE | SHORT_VERB) || (is_at(s, at, ED) && is_at(s, at, SMALL))) return 1;
  return 0;
}

static int is_clause(const Sentence *s, i64 first, i64 within) {
  i64 n = s->n;
  if (first >= n || is_at(s, first, CLOSING)) return 0;
  if (is_at(s, first, CLAUSE_SUBJECT)) return first + 1 < n && !is_at(s, first + 1, TERMINAL);
  for (i64 at = first; at < least(n, first + within); at++) {
    const Word *word = s->words + at;
    if (among(word->code, ONE(SEMICOLON) | ONE(COLON) | ONE(QUESTION_MARK) | ONE(EXCLAMATION) | ONE(WHO) | ONE(WHICH)) ||
        (word->code == POINT && at == n - 1))
      return 0;
    if (at == first) continue;
    if (word->is & (FINITE | RE)) return 1;
    if (word->is & ED && word->is & SMALL && !is_at(s, at - 1, PREPOSITION)) return 1;
    if (within < 20 && (word->code == COMMA || (word->is & SUBORDINATOR && word->code != AND && word->code != OR))) return 0;
  }
  return 0;
}

static int tag_begins(const Sentence *s, i64 first) {
  const Word *word = word_at(s, first);
  if (!(word->is & (UPPER | PRONOUN)) && !among(word->code, ONE(THE) | ONE(A) | ONE(HIS) | ONE(HER))) return 0;
  for (i64 at = first + 1; at < least(s->n, first + 8); at++) {
    word = s->words + at;
    if (word->is & VERB && !(word->is & (V_JUDGE | V_NOUN)) && word->named < 0) return 1;
    if (word->is & (TERMINAL | SUBORDINATOR)) return 0;
  }
  return 0;
}

static int aside_begins(const Sentence *s, i64 at, int late) {
  const Word *word = word_at(s, at), *following = word_at(s, at + 1);
  if (word->is & (RELATIVE | ASIDE) || tag_begins(s, at)) return 1;
  if (late && word->is & LONG_ING && word->is & SMALL) return 1;
  return ((word->code == AND || word->code == BUT) && following->is & GOES_ON) || (word->is & PRONOUN && following->is & VERB);
}

static i64 end_of(const Sentence *s, i64 first) {
  i64 n = s->n, stop = least(n, first + LONGEST_CLAUSE);
  for (i64 at = first; at < stop; at++) {
    const Word *word = s->words + at;
    if (word->code == SEMICOLON || (word->code == COLON && at > first) || (word->is & DASH && at > first + 2)) return at;
    if (at == first || at + 1 >= n) continue;
    if (word->code == COMMA && aside_begins(s, at + 1, at > first + 3)) return at;
    if (word->code == QUOTE) {
      i64 place = (i64)word->end - 2;
      if (place < 0) place += s->size;
      if (place >= 0 && place < s->size && s->text[place] == ',' && aside_begins(s, at + 1, at > first + 3)) return at + 1;
    }
    if ((word->code == AND || word->code == BUT) && is_at(s, at + 1, GOES_ON)) return at;
  }
  return stop;
}

static Places trimmed(const Sentence *s, i64 first, i64 last) {
  last = least(last, s->n);
  while (first < last && is_at(s, first, CLOSING)) first++;
  while (last > first && is_at(s, last - 1, CLOSING)) last--;
  int n_words = 0;
  for (i64 at = first; at < last && n_words < 2; at++) n_words += is_at(s, at, ALNUM) != 0;
  return n_words > 1 ? (Places){first, last} : NOWHERE;
}

static Places reported(const Sentence *s, i64 first) { return trimmed(s, first, end_of(s, first)); }

static i64 object_end(const Sentence *s, i64 at) {
  i64 n = s->n;
  if (at >= n) return at;
  if (is_at(s, at, OBJECT)) return at + 1;
  if (named_at(s, at) >= 0) {
    while (at < n && named_at(s, at) >= 0) at++;
    return at;
  }
  i64 last = right(s, at);
  if (is_at(s, at, DETERMINER) && last >= 0) return least(last, at + 3) + 1;
  return at + 1 < n && is_at(s, at, S) ? at + 1 : at;
}

static i64 medium(const Sentence *s, i64 first) {
  for (i64 at = first; at < least(s->n, first + 5); at++) {
    const Word *word = s->words + at;
    if (word->is & TERMINAL || (word->named < 0 && word->is & CLAUSE_SUBJECT)) return -1;
    if (word->is & MEDIUM || (word->is & TIME && !(word_or_point(s, at + 1)->is & TIME))) return at;
  }
  return -1;
}

static i64 behind_times(const Sentence *s, i64 at) {
  i64 n = s->n;
  for (int step = 0; step < 4 && at < n; step++) {
    const Word *word = s->words + at, *following = word_or_point(s, at + 1);
    u8 code = word->code;
    if (code == PUBLICLY || (word->is & TIME && code != THIS && code != LATE && code != LAST) ||
        ((code == THIS || code == LAST || code == LATE || code == EARLY || code == EARLIER) && (following->is & TIME || following->code == IN)))
      at++;
    else if (among(code, ONE(IN) | ONE(ON) | ONE(AT) | ONE(DURING) | ONE(VIA) | ONE(THROUGH) | ONE(TO) | ONE(OVER))) {
      i64 last = medium(s, at + 1);
      if (last < 0) break;
      at = last + 1;
      if (at < n && is_at(s, at, DIGITS)) at++;
    } else
      break;
  }
  return at;
}

static Places asked(const Sentence *s, i64 first) {
  for (i64 at = first; at < least(s->n, first + 16); at++) {
    u8 code = code_at(s, at);
    if (code == IF || code == WHETHER) return reported(s, at + 1);
    if (code == WHY || code == HOW || code == WHAT) return at + 2 < s->n ? reported(s, at) : NOWHERE;
    if (code == QUOTE || code == COLON || code == POINT || ((code == FOR || code == TO) && at < first + 4)) return NOWHERE;
  }
  return NOWHERE;
}

static i64 that(const Sentence *s, i64 first, i64 after) {
  const Word *opening = word_at(s, first);
  int loose = opening->is & (PREPOSITION | TIME | ADVERB) || opening->code == OUT || opening->code == COMMA || after > first;
  for (i64 at = first; at < least(s->n, first + 18); at++) {
    const Word *word = s->words + at, *following = word_or_point(s, at + 1);
    if ((word->code == THAT || word->code == WHETHER) && (at == first || loose))
      return at > first && word->code == THAT && (following->is & FINITE || opening->code == OF) ? -1 : at;
    if (among(word->code, ONE(QUOTE) | ONE(POINT) | ONE(SEMICOLON) | ONE(COLON) | ONE(QUESTION_MARK) | ONE(EXCLAMATION)) ||
        (word->is & FINITE && at > after))
      return -1;
    if (word->code == COMMA && at > first && following->code != THAT && !(opening->is & PREPOSITION)) return -1;
    if (word->is & CLAUSE_SUBJECT && at >= after) return -1;
  }
  return -1;
}

#define LEADS_CLAUSE (ONE(IN) | ONE(AFTER) | ONE(BY) | ONE(UNDER) | ONE(WITH) | ONE(FOR) | ONE(SINCE) | ONE(DURING))

static Places content_of(const Sentence *s, i64 at) {
  i64 n = s->n, first = at + 1;
  u64 verb = word_at(s, at)->is;
  if (first >= n || code_at(s, first) == COLON) return first + 1 < n ? reported(s, first + 1) : NOWHERE;
  if (verb & ASKS) return asked(s, first);
  i64 after = verb & V_OBJECT ? object_end(s, first) : first, introduced = that(s, first, after);
  if (introduced > 0) return reported(s, code_at(s, introduced + 1) == COMMA ? introduced + 2 : introduced + 1);
  i64 begin = behind_times(s, after);
  if (begin >= n || among(code_at(s, begin), ONE(COMMA) | ONE(POINT) | ONE(SEMICOLON))) return NOWHERE;
  const Word *opening = word_at(s, begin);
  int strong = (verb & V_CLAUSE) != 0;
  if (among(opening->code, ONE(COLON) | ONE(THAT) | ONE(WHETHER))) return reported(s, begin + 1);
  if (opening->is & QUESTION && (strong || among(opening->code, ONE(HOW) | ONE(WHY) | ONE(WHAT))))
    return code_at(s, at) != SAY ? reported(s, begin) : NOWHERE;
  if (among(opening->code, ONE(SO) | ONE(AS) | ONE(TO)) || opening->code == SOMETHING || opening->code == GOODBYE ||
      opening->code == NOTHING)
    return NOWHERE;
  if (opening->is & PREPOSITION)
    return strong && among(opening->code, LEADS_CLAUSE) && is_clause(s, begin, 24) ? reported(s, begin) : NOWHERE;
  if ((strong && opening->code == QUOTE) || is_clause(s, begin, strong ? 22 : 12)) return reported(s, begin);
  if (strong && !(verb & V_OBJECT) && opening->code != A && opening->code != AN && end_of(s, begin) - begin > 3) return reported(s, begin);
  return NOWHERE;
}

/* ---- verbs -------------------------------------------------------------------------------------------------------------- */

typedef struct {
  const Sentence *s;
  i64 at, before;
  u64 verb;
  int negated, passive, modal, infinitive;
  const Cue *earlier;
  i64 n_earlier;
} Reading;

static const Phrase NOBODY = {-1, -1, -1};

static void before_verb(Reading *r) {
  const Sentence *s = r->s;
  i64 i = r->at - 1;
  while (i >= 0 && !(named_at(s, i) >= 0 && is_at(s, i, UPPER))) {
    const Word *word = s->words + i;
    if (word->is & NEGATION) r->negated = 1;
    else if (word->is & BE) r->passive = !(r->verb & ING);
    else if (word->is & MODAL || word->code == DO || word->code == DOES || word->code == DID) r->modal = 1;
    else if (word->code == TO && !(r->verb & (ING | ED))) {
      r->infinitive = 1;
      r->before = i - 1;
      return;
    } else if (!(word->is & HAVE || (word->is & ADVERB && word->code != ALL && word->code != BOTH && word->code != TODAY)))
      break;
    i--;
  }
  while (i > 1 && named_at(s, i) < 0 && is_at(s, i, TIME) && !is_at(s, i - 1, STOP)) {
    i--;
    if (code_at(s, i) == ON) {
      i--;
      break;
    }
  }
  r->before = i;
}

static int made(const Reading *r, Places place, Places content, Places before, Cue *cue) {
  if (place.first < 0 && content.first < 0 && before.first < 0 && !r->s->has_quotes) return 0;
  Phrase subject = place.first >= 0 ? refined(r->s, place) : NOBODY;
  *cue = (Cue){r->at, word_at(r->s, r->at)->number, 0, subject, place, content, before, r->verb};
  return 1;
}

static Places inherited(const Reading *r) {
  for (i64 back = r->n_earlier - 1; back >= most(0, r->n_earlier - 6); back--) {
    const Cue *cue = r->earlier + back;
    if (cue->subject_places.first >= 0 && cue->at > r->at - NEAR) return cue->subject_places;
  }
  Places place = main_subject(r->s);
  return place.first >= 0 && place.first <= r->at && r->at <= place.last ? NOWHERE : place;
}

static Places content_if_any(const Reading *r) { return r->verb & NO_CLAUSE ? NOWHERE : content_of(r->s, r->at); }

static int read_infinitive(const Reading *r, Cue *cue) {
  const Sentence *s = r->s;
  i64 i = r->before;
  if (i >= 0 && (is_at(s, i, REFUSING) || is_person(s, i))) return 0;
  Places content = content_if_any(r);
  if (content.first < 0 && !s->has_quotes) return 0;
  for (i64 back = i; back > most(-1, i - 8); back--)
    if (is_at(s, back, PRONOUN)) return made(r, (Places){back, back}, content, NOWHERE, cue);
  return made(r, inherited(r), content, NOWHERE, cue);
}

static int read_passive(const Reading *r, Cue *cue) {
  const Sentence *s = r->s;
  i64 at = r->at;
  Places content = r->verb & PASSIVE_REPORT ? content_of(s, at) : NOWHERE;
  Places place = content.first >= 0 && at < 3 ? main_subject(s) : NOWHERE;
  if (content.first >= 0 && place.first > at) content = trimmed(s, content.first, least(content.last, place.first));
  for (i64 by = at + 1; by < least(s->n - 1, at + 4); by++) {
    i64 last = code_at(s, by) == BY ? right(s, by + 1) : -1;
    if (last > 0) return made(r, (Places){by + 1, last}, content, NOWHERE, cue);
  }
  *cue = (Cue){at, word_at(s, at)->number, 1, NOBODY, NOWHERE, content, NOWHERE, r->verb};
  return 1;
}

static Places inverted(const Reading *r) {
  const Sentence *s = r->s;
  i64 at = r->at, i = r->before;
  if ((i >= 0 && !is_at(s, i, BEFORE_INVERSION)) || r->verb & (V_JUDGE | TELLS)) return NOWHERE;
  i64 last = right(s, at + 1);
  if (last < 0) return NOWHERE;
  const Word *following = word_or_point(s, last + 1);
  int ends = (following->is & (TERMINAL | PREPOSITION)) != 0;
  if (!is_at(s, at + 1, PRONOUN)) ends |= following->is & (RELATIVE | TIME | ED | ING) || following->code == AND || following->code == WHEN;
  if (!ends) return NOWHERE;
  if (i > 0 && code_at(s, i) == COMMA && code_at(s, i - 1) != QUOTE) {
    i64 first = named_at(s, 0) >= 0 ? right(s, 0) : -1;
    int apposition = first >= 0 && first < i - 1 && code_at(s, first + 1) == COMMA;
    if (has_verb(s, last + 1, last + 6) || (apposition && !(following->is & TERMINAL))) return NOWHERE;
  }
  return (Places){at + 1, last};
}

static Places name_at_begin(const Reading *r) {
  const Sentence *s = r->s;
  for (i64 at = r->before; at > most(-1, r->before - 14); at--) {
    if (is_at(s, at, STOP) || code_at(s, at) == QUOTE) return NOWHERE;
    if (named_at(s, at) >= 0 && at_boundary(s, at)) {
      i64 last = at;
      for (i64 k = at; k <= r->before; k++)
        if (named_at(s, k) == named_at(s, at)) last = k;
      return (Places){at, last};
    }
  }
  return NOWHERE;
}

static Places subject_of(const Reading *r) {
  const Sentence *s = r->s;
  i64 i = r->before;
  if (i < 0) return NOWHERE;
  const Word *word = word_at(s, i);
  if (among(word->code, ONE(WHO) | ONE(WHICH) | ONE(THAT))) {
    i64 last = i > 1 && code_at(s, i - 1) == COMMA ? i - 2 : i - 1, first = last >= 0 ? left(s, last, 0) : -1;
    return first >= 0 ? (Places){first, last} : NOWHERE;
  }
  if (word->is & JOINING) return inherited(r);
  if (word->code == COMMA) {
    Places before = subject_before(s, i);
    return before.first >= 0 ? before : inherited(r);
  }
  i64 first = left(s, i, 0);
  if (first < 0) {
    Places name = name_at_begin(r);
    return name.first >= 0 ? name : r->verb & V_JUDGE ? inherited(r) : NOWHERE;
  }
  if (first > 0 && is_at(s, first - 1, PREPOSITION)) {
    Places name = name_at_begin(r);
    return name.first >= 0 ? name : (Places){first, i};
  }
  if (first > 1 && code_at(s, first - 1) == COMMA && among(code_at(s, first), ONE(A) | ONE(AN) | ONE(THE)) && is_person(s, first - 2)) {
    i64 begin = left(s, first - 2, 0);
    if (begin >= 0 && at_boundary(s, begin)) return (Places){begin, first - 2};
  }
  return (Places){first, i};
}

static Places tagged(const Sentence *s, i64 begin, i64 stop) {
  i64 last = stop;
  while (last > begin && among(code_at(s, last - 1), ONE(COMMA) | ONE(LONG_DASH) | ONE(EN_DASH) | ONE(AS))) last--;
  if (last - begin < 2 || code_at(s, begin) == ASKED) return NOWHERE;
  Places place = main_subject(s);
  if (place.first >= 0 && begin < place.first && stop <= place.first) return NOWHERE;
  int verb = has_verb(s, begin, last);
  if (has_code(s, begin, last, QUOTE)) {
    i64 first = begin;
    while (code_at(s, first) != QUOTE) first++;
    if (first == begin && (code_at(s, last - 1) == QUOTE || code_at(s, begin + 1) == COMMA || code_at(s, begin + 1) == POINT))
      return NOWHERE;
    if (first > begin && (among(code_at(s, first - 1), ONE(COMMA) | ONE(COLON) | ONE(POINT)) || (!verb && first - begin < 4)))
      return NOWHERE;
  } else if (!among(code_at(s, stop - 1), ONE(COMMA) | ONE(AS) | ONE(LONG_DASH) | ONE(EN_DASH)))
    return NOWHERE;
  return verb || last - begin > 7 ? trimmed(s, begin, last) : NOWHERE;
}

static int read_tag(const Reading *r, Places place, i64 first, Places content, Cue *cue) {
  const Sentence *s = r->s;
  i64 at = r->at, begin = begin_of(s, first);
  u8 tail = word_or_point(s, at + 1)->code;
  Places before = tagged(s, begin, first);
  if ((tail == COMMA || tail == SEMICOLON) && at + 2 < s->n && code_at(s, first - 1) == COMMA && !(r->verb & V_MARKS)) {
    content = reported(s, code_at(s, at + 2) == AND || code_at(s, at + 2) == BUT ? at + 3 : at + 2);
    if (content.first >= 0) {
      if (is_at(s, content.first, FINITE)) before = trimmed(s, begin, first - 1);
      else if (is_at(s, content.first, ASIDE | RELATIVE) || !(is_clause(s, content.first, 14) || (before.first < 0 && !begin)))
        content = NOWHERE;
    }
  }
  if (tail == QUOTE || ((tail == COMMA || tail == COLON) && code_at(s, at + 2) == QUOTE)) before = NOWHERE;
  return made(r, place, content, before, cue);
}

static int read_active(const Reading *r, Places place, Cue *cue) {
  const Sentence *s = r->s;
  i64 at = r->at;
  Places content = content_if_any(r);
  if (place.first < 0) return made(r, place, content, NOWHERE, cue);
  if (content.first >= 0 && r->verb & ING && at < 3 && place.first > at)
    content = trimmed(s, content.first, least(content.last, place.first));
  i64 first = place.first;
  if (place.last < at) {
    i32 start = refined(s, place).start;
    if (word_at(s, place.last)->start > start)
      while (first < place.last && word_at(s, first)->start < start) first++;
  }
  const Word *lead = word_at(s, first - 1);
  if (first >= at || r->verb & V_JUDGE) return made(r, place, content, NOWHERE, cue);
  if (lead->code == AS) {
    i64 comma = next_comma(s, at + 1, 19);
    if (first == 1) return made(r, place, comma > 0 ? reported(s, comma + 1) : NOWHERE, NOWHERE, cue);
    return made(r, place, NOWHERE, tagged(s, begin_of(s, first - 1), first - 1), cue);
  }
  u8 tail = word_or_point(s, at + 1)->code;
  if (among(lead->code, ONE(COMMA) | ONE(QUOTE) | ONE(CLOSED_MARK) | ONE(STRAIGHT)) && (content.first < 0 || tail == COLON))
    return read_tag(r, place, first, content, cue);
  return made(r, place, content, NOWHERE, cue);
}

static int read_verb(Reading *r, Cue *cue) {
  const Sentence *s = r->s;
  u8 code = code_at(s, r->at);
  before_verb(r);
  if (r->negated || (r->modal && (code == SAY || code == TELL) && !s->has_quotes)) return 0;
  if (r->infinitive) return read_infinitive(r, cue);
  if (r->passive || (code == ASKED && (r->before < 0 || code_at(s, r->before) == WHEN))) return read_passive(r, cue);
  if (r->verb & ING && !is_at(s, r->before, PRONOUN)) return read_active(r, inherited(r), cue);
  Places behind = inverted(r);
  if (behind.first >= 0) {
    Places before = code_at(s, r->before) == AS ? NOWHERE : tagged(s, begin_of(s, r->at), r->at);
    return made(r, behind, NOWHERE, before, cue);
  }
  Places place = subject_of(r);
  return place.first < 0 && !s->has_quotes ? 0 : read_active(r, place, cue);
}

static int read_according(const Sentence *s, i64 at, Cue *cue) {
  i64 last = right(s, at + 2);
  if (last < 0 || (at && is_at(s, at - 1, ED) && !has_code(s, at - NEAR, at, QUOTE))) return 0;
  Places content = NOWHERE, before = NOWHERE;
  i64 behind = code_at(s, last + 1) == COMMA ? last + 2 : last + 1;
  int leads = at < 3;
  for (i64 i = 0; i < at && leads; i++) leads = among(code_at(s, i), ONE(BUT) | ONE(AND) | ONE(THAT) | ONE(COMMA));
  if (leads) {
    i64 comma = next_comma(s, last + 1, 24);
    if (comma > 0) content = reported(s, comma + 1);
  } else if (among(code_at(s, at - 1), ONE(THAT) | ONE(BUT) | ONE(AND) | ONE(LONG_DASH) | ONE(EN_DASH)))
    content = reported(s, behind);
  else {
    before = trimmed(s, begin_of(s, at), at);
    if (behind == last + 2 && code_at(s, at - 1) == COMMA && is_clause(s, behind, 14)) {
      content = reported(s, behind);
      if (before.first >= 0 && !has_verb(s, before.first, before.last)) before = NOWHERE;
    }
  }
  Places places = {at + 2, last};
  *cue = (Cue){at, -1, 0, refined(s, places), places, content, before, V_CLAUSE};
  return 1;
}

static i64 cues_of(const Sentence *s, Cue *cues) {
  i64 n = 0;
  for (i64 at = 0; at < s->n; at++) {
    const Word *word = s->words + at;
    if (word->is & VERB) {
      Reading reading = {s, at, -1, word->is, 0, 0, 0, 0, cues, n};
      n += may_report(s, at) && read_verb(&reading, cues + n);
    } else if (word->code == ACCORDING && code_at(s, at + 1) == TO)
      n += read_according(s, at, cues + n);
  }
  return n;
}

/* ---- which verb a stretch of speech belongs to --------------------------------------------------------------------------- */

#define CUES 8

static f64 score_behind(const Sentence *s, i64 place, const Cue *cue) {
  int judges = (cue->is & V_JUDGE) != 0;
  i64 first = cue->subject_places.first;
  if (cue->subject.start >= 0) first = word_from(s, cue->subject.start);
  if (first > place && !judges) {
    int beside = 1;
    for (i64 at = place + 1; at < least(cue->at, first) && beside; at++)
      beside = among(code_at(s, at), ONE(COMMA) | ONE(POINT) | ONE(QUESTION_MARK) | ONE(EXCLAMATION) | ONE(LONG_DASH) | ONE(EN_DASH));
    if (beside) return 3.0;
  }
  if (cue->before.first >= 0 && cue->before.first <= place && place < cue->before.last) return cue->number < 0 ? 1.5 : 2.0;
  return judges ? 0.0 : 0.2 / (f64)(cue->at - place);
}

static f64 score_ahead(const Sentence *s, i64 place, const Cue *cue, int is_nearest) {
  i64 n_between = place - cue->at - 1;
  u8 last = code_at(s, place - 1);
  if (is_nearest && (n_between <= 1 || last == COLON || ((last == COMMA || last == THAT) && n_between < 8))) return 2.9;
  if (cue->content.first >= 0 && cue->content.first <= place && place < cue->content.last) return 2.6 - 0.1 / (f64)(cue->at + 1);
  f64 score = cue->number < 0 ? 1.0 : 1.9 - 0.1 / (f64)(cue->at + 1);
  return cue->passive ? score - 1.0 : score;
}

/* The verb of a stretch of speech, or -1; `*sure` where it stands beside it. */
static i64 cue_of(const Sentence *s, i64 place, const Cue *cues, i64 n, i32 *sure) {
  i64 low = 0, high = n;
  while (low < high) {
    i64 middle = (low + high) / 2;
    if (cues[middle].at < place) low = middle + 1;
    else high = middle;
  }
  f64 best = 0.0;
  i64 chosen = -1, nearest = low;
  for (i64 number = most(0, nearest - CUES); number < least(n, nearest + CUES); number++) {
    const Cue *cue = cues + number;
    f64 score = cue->at > place ? score_behind(s, place, cue) : score_ahead(s, place, cue, number + 1 == nearest);
    if (score > best) best = score, chosen = number;
  }
  *sure = best > 2.6;
  return chosen >= 0 && cues[chosen].subject.start < 0 && !cues[chosen].passive && best < 2.5 ? -1 : chosen;
}

/* ---- all sentences --------------------------------------------------------------------------------------------------------- */

typedef struct {
  i32 named;        /* the name that it begins with, of its article; -1: none */
  i32 cues, voices; /* how many verbs, and stretches of speech */
  i32 bare, colon;  /* whether there is nothing but speech; whether it ends with a colon */
  Phrase subject;   /* start -1: none */
} Unit;

typedef struct {
  i32 number; /* of the verb among the words; -1: "according to" */
  Phrase subject;
  i32 before, before_end, content, content_end;
} Told;

typedef struct {
  i32 cue, sure, in_subject; /* the verb, counted from the sentence's first; -1: none */
} Voice;

static i64 first_from(const Mention *mentions, i64 n, i32 place) {
  i64 low = 0, high = n;
  while (low < high) {
    i64 middle = (low + high) / 2;
    if (mentions[middle].start < place) low = middle + 1;
    else high = middle;
  }
  return low;
}

#define AT_BEGIN 24

/* How many verbs there may be. */
EXPORT i64 clauses_count(const Cut *cuts, i64 n_words, const u64 *bits, const u8 *codes) {
  i64 n = 0;
  for (i64 at = 0; at < n_words; at++) n += bits[cuts[at].number] & VERB || codes[cuts[at].number] == ACCORDING;
  return n;
}

/* Read the sentences of articles that `clauses_cut` has cut. `room` is for the words of the longest, `cues` for those of one
   sentence; returns the number of verbs of all. */
EXPORT i64 clauses_read(const u32 *all_text, const i64 *text_starts, i64 n_articles, const Span *spans, const i64 *span_starts,
                        const Cut *cuts, const u64 *bits, const u8 *codes, const Mention *all_mentions, const i64 *mention_starts,
                        const i64 *speech_starts, Word *room, Cue *cues, Unit *units, Told *told, Voice *voices) {
  i64 n_told = 0;
  point_word = (Word){bits[0], 0, 0, -1, codes[0], 0, 0};
  for (i64 article = 0; article < n_articles; article++) {
    const Mention *mentions = all_mentions + mention_starts[article];
    i64 n_mentions = mention_starts[article + 1] - mention_starts[article];
    Sentence s = {all_text + text_starts[article], text_starts[article + 1] - text_starts[article], room, 0, mentions, 0};
    for (i64 number = span_starts[article]; number < span_starts[article + 1]; number++) {
      const Span *span = spans + number;
      Unit *unit = units + number;
      Voice *voice = voices + speech_starts[article];
      i64 mention = first_from(mentions, n_mentions, span->start);
      int begins = mention < n_mentions && mentions[mention].title_start - span->start <= AT_BEGIN && mentions[mention].end <= span->end;
      *unit = (Unit){begins ? mention : -1, 0, 0, 0, 0, NOBODY};
      if (!span->reports && span->speech == span->speech_end) continue;
      int opened = 0, closed = 0;
      s.n = span->word_end - span->word;
      s.has_quotes = 0;
      for (i64 at = 0; at < s.n; at++) {
        const Cut *cut = cuts + span->word + at;
        room[at] = (Word){bits[cut->number], cut->start, cut->end, -1, codes[cut->number], cut->is_quote, cut->number};
        opened |= room[at].code == OPEN_BRACKET;
        closed |= room[at].code == CLOSE_BRACKET;
        s.has_quotes |= cut->is_quote;
      }
      if (opened && closed) without_parentheses(&s);
      for (; mention < n_mentions && mentions[mention].start < span->end; mention++) name_words(&s, mention);
      i64 n = span->reports || s.n > 2 ? cues_of(&s, cues) : 0;
      for (i64 at = 0; at < n; at++) {
        const Cue *cue = cues + at;
        Told *row = told + n_told++;
        *row = (Told){cue->number, cue->subject, -1, -1, -1, -1};
        if (cue->before.first >= 0) {
          row->before = word_at(&s, cue->before.first)->start;
          row->before_end = word_at(&s, cue->before.last - 1)->end;
        }
        if (cue->content.first >= 0) {
          row->content = word_at(&s, cue->content.first)->start;
          row->content_end = word_at(&s, cue->content.last - 1)->end;
        }
      }
      unit->cues = n;
      unit->colon = span->end > span->start && s.text[span->end - 1] == ':';
      int n_alnum = 0;
      for (i64 at = 0; at < least(s.n, 40); at++) n_alnum += is_at(&s, at, ALNUM) != 0;
      unit->bare = n_alnum < 2;
      Places places = s.has_quotes || unit->colon ? main_subject(&s) : NOWHERE;
      if (places.first >= 0) unit->subject = refined(&s, places);
      i64 stretch = span->speech;
      for (i64 place = 0; place < s.n && stretch < span->speech_end; place++) {
        if (!room[place].is_quote) continue;
        Voice *row = voice + stretch++;
        row->cue = cue_of(&s, place, cues, n, &row->sure);
        row->in_subject = places.first >= 0 && places.first <= place && place <= places.last;
      }
      unit->voices = stretch - span->speech;
    }
  }
  return n_told;
}
