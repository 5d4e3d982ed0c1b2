"""The counts of a run, added up while it lasts."""

from feedtool.report import Failure, IngestSummary, TransmissionReport


class Tally:
    """Adds up the summaries of transmissions."""

    def __init__(self) -> None:
        self.transmissions = self.failures = self.excerpts = self.new = 0
        self._known = self._repeated = self._truncated = self._completed = self._notes = 0
        self._capped = 0

    def add(self, report: TransmissionReport | Failure) -> None:
        """Count a transmission, or a source that could not be read."""
        if isinstance(report, Failure):
            self.failures += 1
            return
        summary = report.summary
        self.transmissions += 1
        self._known += report.already_ingested
        self.excerpts += summary.excerpts
        self.new += summary.new
        self._repeated += summary.repeated
        self._truncated += summary.truncated
        self._completed += summary.completed
        self._notes += summary.notes
        self._capped += summary.capped

    def summary(self) -> IngestSummary:
        """Return the counts so far."""
        return IngestSummary(
            self.transmissions,
            self._known,
            self.excerpts,
            self.new,
            self._repeated,
            self._truncated,
            self._completed,
            self._notes,
            self.failures,
            self._capped,
        )
