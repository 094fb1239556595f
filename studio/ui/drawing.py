"""The window's line to the process that draws what the window cannot: orders out, answers in, nobody waits."""

import json
import logging
import sys
from typing import Any

from PySide6.QtCore import QObject, QProcess, Signal, Slot

log = logging.getLogger(__name__)

END_WITHIN_MS = 1500


class DrawingLine(QObject):
    """Starts the process with the first order, and ends it with `stop`, which may be called twice."""

    drawn = Signal(int, object)  # the number of the order and its answer
    broken = Signal()  # the process died; the next order starts another

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process: QProcess | None = None
        self._number = 0

    def order(self, order: dict[str, Any]) -> int:
        """Hands an order over; gives back its number."""
        self._number += 1
        if self._process is None:
            process = self._process = QProcess(self)
            process.setProcessChannelMode(QProcess.ProcessChannelMode.ForwardedErrorChannel)
            process.readyReadStandardOutput.connect(self._read)
            process.finished.connect(self._end)
            process.errorOccurred.connect(self._end)
            process.start(sys.executable, ["-m", "studio.drawing_process"])
        self._process.write((json.dumps({"number": self._number, **order}) + "\n").encode())
        return self._number

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.blockSignals(True)
            process.closeWriteChannel()
            if not process.waitForFinished(END_WITHIN_MS):
                process.kill()
                process.waitForFinished(END_WITHIN_MS)
            process.deleteLater()

    @Slot()
    def _read(self) -> None:
        while self._process is not None and self._process.canReadLine():
            answer = json.loads(bytes(self._process.readLine().data()))
            self.drawn.emit(answer["number"], answer)

    @Slot()
    def _end(self) -> None:
        if self._process is not None:
            log.error("the drawing process ended: %s", self._process.errorString())
            self.stop()
            self.broken.emit()
