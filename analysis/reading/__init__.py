"""From files to rows of the articles table."""
