"""Which modules' examples are run: not those that build on a package that is not installed."""

from __future__ import annotations

import importlib.util

collect_ignore = [] if importlib.util.find_spec("recordlinkage") else ["vnlink/integrations/recordlinkage.py"]
