"""One module a function: settings, wiring, and one line that runs a step."""

from __future__ import annotations

import gc

# What a module makes stays. The usual threshold has the collector look through all of it again and again while
# modules are loaded and clients made: a tenth of a cold start. What a call leaves behind is still collected.
gc.set_threshold(100_000)
