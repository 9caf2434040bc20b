"""The one type checker of this process. It takes longer to start than all else that a
verification needs, so it can be started before anything else is loaded.
"""

from __future__ import annotations

import atexit

from axiom_verifiers.checks._language_server import LanguageServer

SERVER = LanguageServer()
atexit.register(SERVER.close)
