"""Generated and hand-kept tables that the package reads; each names its source and the script that makes it."""
