"""Days, weeks and months of UTC: the same on every server and in the database."""

from datetime import UTC, date, datetime, timedelta
from enum import StrEnum


class Period(StrEnum):
    """For how long a budget is given."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


def day_of(moment: datetime) -> date:
    """The day of UTC that this moment belongs to."""
    return moment.astimezone(UTC).date()


def start_of(period: Period, day: date) -> date:
    """The first day of the period; weeks begin on Monday."""
    match period:
        case Period.DAY:
            return day
        case Period.WEEK:
            return day - timedelta(days=day.weekday())
        case Period.MONTH:
            return day.replace(day=1)


def end_of(period: Period, day: date) -> date:
    """The first day after the period."""
    match period:
        case Period.DAY:
            return day + timedelta(days=1)
        case Period.WEEK:
            return start_of(period, day) + timedelta(days=7)
        case Period.MONTH:
            return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def midnight(day: date) -> datetime:
    """The moment at which the day begins."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
