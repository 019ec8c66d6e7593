"""How `make lab` and its test start JupyterLab: nothing is asked of the network."""

c = get_config()  # noqa: F821 - Jupyter defines it

c.LabApp.news_url = None
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
c.LabApp.extension_manager = "readonly"
