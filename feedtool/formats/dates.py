"""A line to the one date that it is, if it is one."""

import re
from datetime import date

# `Wednesday, 11 September 2026 at 08:00:00.000 +00:00 (UTC)` has 55; a longer line is no date.
LONGEST = 64

_TIME = (
    r"(?:(?:[T\s]|,?\s+(?:at\s+)?)\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?\s?(?:[AaPp]\.?[Mm]\.?)?"
    r"(?:\s?(?:Z|UTC|GMT|[ECMP][SD]T|JST|CES?T|[+-]\d{2}:?\d{2})(?:\s?\([A-Z]{2,5}\))?)?)?"
)
_HAN_WEEKDAY = (
    r"(?:\s*(?:[(（]\s*)?(?:(?:星期|礼拜|禮拜|周|週)[一二三四五六日天]"
    r"|[月火水木金土日](?:曜日?)?)(?:\s*[)）])?)?"
)
_KOREAN_WEEKDAY = r"(?:\s*(?:[(（]\s*)?[월화수목금토일](?:요일)?(?:\s*[)）])?)?"
_WEEKDAY = r"(?:(?:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:day)?\.?,?\s+)?"

# The patterns are strings, compiled when a line is met that may be of the kind: a page has two or
# three dates, mostly of one kind.
_YEAR = r"(?<!\d)\d{4}(?!\d)"

# Year first: the separator may be any, the same twice.
_YEAR_FIRST = rf"(\d{{4}})([-/.]|\s?[./-]\s)(\d{{1,2}})\2(\d{{1,2}})\.?{_HAN_WEEKDAY}{_TIME}"
_HAN = rf"(\d{{4}})\s*年\s*(\d{{1,2}})\s*月\s*(\d{{1,2}})(?:\s*[日号號])?{_HAN_WEEKDAY}{_TIME}"
_KOREAN = rf"(\d{{4}})\s*년\s*(\d{{1,2}})\s*월\s*(\d{{1,2}})\s*일{_KOREAN_WEEKDAY}{_TIME}"
_YEAR_LAST = rf"(?i:{_WEEKDAY}(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}})\.?{_TIME})"

_ENGLISH = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    "|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_NAMED = (
    rf"(?i:{_WEEKDAY}(?:(?:{_ENGLISH})\.?\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?(?:\s+(?:of\s+)?|-)(?:{_ENGLISH})\.?(?:,?\s+|-)\d{{4}}"
    rf"|\d{{4}}(?:\s+|-)(?:{_ENGLISH})\.?(?:\s+|-)\d{{1,2}}){_TIME})"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

# Day, month, year in the languages that a reader of several feeds is likely to meet.
_OTHER_MONTHS = (
    ("janvier", "janv", "januar", "jänner", "enero", "ene", "gennaio", "gen", "janeiro", "januari",
     "января", "янв", "stycznia"),
    ("février", "févr", "februar", "febrero", "febbraio", "fevereiro", "februari", "февраля",
     "фев", "lutego"),
    ("mars", "märz", "marzo", "março", "maart", "марта", "мар", "marca"),
    ("avril", "avr", "abril", "abr", "aprile", "апреля", "апр", "kwietnia"),
    ("mai", "mayo", "maggio", "maio", "mei", "maj", "мая", "maja"),
    ("juin", "juni", "junio", "giugno", "junho", "июня", "июн", "czerwca"),
    ("juillet", "juil", "juli", "julio", "luglio", "julho", "июля", "июл", "lipca"),
    ("août", "agosto", "ago", "augustus", "augusti", "августа", "авг", "sierpnia"),
    ("septembre", "septiembre", "settembre", "setembro", "сентября", "сен", "сент", "września"),
    ("octobre", "oktober", "okt", "octubre", "ottobre", "outubro", "октября", "окт",
     "października"),
    ("novembre", "noviembre", "novembro", "ноября", "ноя", "listopada"),
    ("décembre", "déc", "dezember", "dez", "diciembre", "dic", "dicembre", "dezembro", "декабря",
     "дек", "grudnia"),
)  # fmt: skip
_MONTH_NUMBERS = {name: number for number, names in enumerate(_OTHER_MONTHS, 1) for name in names}
_OTHER = (
    r"(?:[^\W\d_]{2,14}\.?,?\s+)?(\d{1,2})(?:\.|er|º)?\s+(?:de\s+)?([^\W\d_]{3,12})\.?,?\s+"
    rf"(?:de\s+|del\s+)?(\d{{4}})(?:\s?г\.?)?{_TIME}"
)


def iso_date(line: str) -> str | None:
    """Return the date that the whole line is, as YYYY-MM-DD, or None.

    It needs a year, a month and a day that there was. `03/04/2026` is read as March 4 unless that
    is impossible, `03.04.2026` as 3 April: only who puts the day first writes dots.
    """
    line = line.strip(" \t\r\u00a0\u3000\u200b\ufeff")
    if not 8 <= len(line) <= LONGEST or not re.search(r"\d{4}", line):
        return None
    if line[:4].isdecimal() and (match := _year_first(line)):
        groups = match.groups()
        return _iso(groups[0], groups[-2], groups[-1])
    if any(map(line.__contains__, "-/.")) and (match := re.fullmatch(_YEAR_LAST, line)):
        return _year_last(*match.groups())
    small = line.lower()
    if any(map(small.__contains__, _MONTHS)) and re.fullmatch(_NAMED, line):
        return _named_date(line)
    # A day comes before its month and its year, and perhaps a weekday before it.
    if small[:1].isalnum() and (match := re.fullmatch(_OTHER, line)):
        month = _MONTH_NUMBERS.get(match[2].lower())
        return None if month is None else _iso(match[3], str(month), match[1])
    return None


def _year_first(line: str) -> re.Match[str] | None:
    if "年" in line:
        return re.fullmatch(_HAN, line)
    if "년" in line:
        return re.fullmatch(_KOREAN, line)
    return re.fullmatch(_YEAR_FIRST, line)


def _year_last(first: str, separator: str, second: str, year: str) -> str | None:
    orders = ((second, first), (first, second))
    found = (_iso(year, *order) for order in orders[:: 1 if separator == "." else -1])
    return next(filter(None, found), None)


def _iso(year: str, month: str, day: str) -> str | None:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def _named_date(line: str) -> str | None:
    # Heavy, and met on few pages; it alone would take `1 2` and `10` for dates, so it is asked
    # only what the pattern has let through.
    from dateutil import parser

    try:
        # `ignoretz`: a day is the day that its sender calls so.
        day = parser.parse(line, ignoretz=True).date()
        # Of the year 0001 it makes 2001.
        return day.replace(year=int(re.findall(_YEAR, line)[0])).isoformat()
    except (ValueError, OverflowError):
        return None
