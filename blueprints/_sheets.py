"""A table that leaves the house as a file."""

from flask import Response

from blueprints._downloads import attached
from core import clock
from core.sheets import Sheet, as_csv, as_xlsx

ENDINGS = "any(csv,xlsx)"
"""For the address of an export: f"/exporter.<{ENDINGS}:ending>"."""
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def send_sheet(name: str, ending: str, sheet: Sheet, *more: Sheet) -> Response:
    """The table as CSV or XLSX, under its name and the day’s date; `more`: in the workbook only."""
    if ending == "csv":
        response = Response(as_csv(sheet), mimetype="text/csv")
    else:
        response = Response(as_xlsx([sheet, *more]), mimetype=_XLSX)
    return attached(response, f"{name}-{clock.today():%Y-%m-%d}.{ending}")
