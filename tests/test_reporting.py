from datetime import UTC, datetime, timedelta, timezone

from feedtool.reporting import rounded, timestamp


def test_times_are_utc_with_a_z() -> None:
    east = timezone(timedelta(hours=8))
    assert timestamp(datetime(2026, 1, 11, 16, 0, 5, 999, east)) == "2026-01-11T08:00:05Z"
    assert timestamp(datetime(2026, 1, 11, tzinfo=UTC)) == "2026-01-11T00:00:00Z"


def test_only_equal_texts_are_shown_as_1() -> None:
    assert [rounded(score) for score in (1, 0.999999, 0.5, 0.0)] == [1.0, 0.9999, 0.5, 0.0]
