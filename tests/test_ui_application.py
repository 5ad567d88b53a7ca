"""Qt's application: what Qt says by itself is in the desk's language. In a process of its own: each has one."""

import os
import subprocess
import sys

import pytest

ASKED = """
import sys
from PySide6.QtCore import QCoreApplication
from ui.application import make_application
application = make_application(sys.argv[1])
print(QCoreApplication.translate("QPlatformTheme", "Cancel"), QCoreApplication.translate("QFileDialog", "Look in:"))
"""


@pytest.mark.parametrize(("language", "said"), [("ja", "キャンセル アドレス:"), ("en", "Cancel Look in:")])
def test_qt_itself_speaks_the_language_of_the_desk(language: str, said: str) -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONIOENCODING": "utf-8"}
    asked = subprocess.run(
        [sys.executable, "-c", ASKED, language], env=environment, capture_output=True, encoding="utf-8", timeout=60
    )
    assert asked.stdout.strip() == said, asked.stderr
