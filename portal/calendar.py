"""Working days in China: weekends are off, holidays are off, 调休 weekends are worked (domain.md §7.5).

Lead times and reminder rungs count working days; how late something is counts calendar days.
The days come from a table the bureau keeps; `current` loads it, everything else is arithmetic.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from portal.clock import SHANGHAI

ONE_DAY = timedelta(days=1)
SEND_FROM, SEND_UNTIL = time(8, 30), time(18, 0)


@dataclass(frozen=True)
class WorkCalendar:
    """The exceptions to "Monday to Friday": True where a weekend is worked, False where a weekday is off."""

    exceptions: Mapping[date, bool] = field(default_factory=dict)

    def is_workday(self, day: date) -> bool:
        return self.exceptions.get(day, day.weekday() < 5)

    def roll_forward(self, day: date) -> date:
        """The day itself if it is worked, else the next working day."""
        while not self.is_workday(day):
            day += ONE_DAY
        return day

    def roll_back(self, day: date) -> date:
        """The day itself if it is worked, else the working day before."""
        while not self.is_workday(day):
            day -= ONE_DAY
        return day

    def add(self, day: date, days: int) -> date:
        """The working day that lies `days` working days after (before, when negative) the day."""
        step = ONE_DAY if days >= 0 else -ONE_DAY
        for _ in range(abs(days)):
            day += step
            while not self.is_workday(day):
                day += step
        return day

    def count(self, first: date, last: date) -> int:
        """How many working days lie after `first` up to and including `last`; negative when `last` is earlier."""
        if last < first:
            return -self.count(last, first)
        return sum(self.is_workday(first + ONE_DAY * n) for n in range(1, (last - first).days + 1))

    def first_of_week(self, day: date) -> date | None:
        """The first working day of the ISO week that holds the day; None in a week that is off altogether."""
        monday = day - ONE_DAY * day.weekday()
        return next((d for n in range(7) if self.is_workday(d := monday + ONE_DAY * n)), None)

    def send_window(self, day: date) -> tuple[datetime, datetime] | None:
        """When messages may go out on that day (08:30–18:00 in Shanghai); None on a day that is off."""
        if not self.is_workday(day):
            return None
        return datetime.combine(day, SEND_FROM, SHANGHAI), datetime.combine(day, SEND_UNTIL, SHANGHAI)

    def next_window(self, moment: datetime) -> datetime:
        """The first moment from `moment` on at which messages may go out."""
        local = moment.astimezone(SHANGHAI)
        window = self.send_window(local.date())
        if window and local <= window[1]:
            return max(local, window[0])
        return datetime.combine(self.add(local.date(), 1), SEND_FROM, SHANGHAI)


def current() -> WorkCalendar:
    """Load the bureau's table. One query; keep the result for the length of one page or one task."""
    from portal.choices import DayKind
    from portal.models import CalendarDay

    days = CalendarDay.objects.values_list("day", "kind")
    return WorkCalendar({day: kind == DayKind.WORKED for day, kind in days})
