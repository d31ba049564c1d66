"""Files in and out: folders, archives and workbooks with all their faults, and the files of a build."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from innodex.formats._container import LIMITS, Limits, is_archive, is_workbook, unpack_zip
from innodex.formats._data import Cell, DataReader, DataReading, panel_of
from innodex.formats._folder import Checked, Folder, check_files, check_folder, read_folder, read_workbook
from innodex.formats._out import OUT_FILES, is_out_file, read_out, summary, write_out
from innodex.formats._settings import DataColumns, Settings, read_settings

if TYPE_CHECKING:
    from innodex.formats._ballots import read_ballots
    from innodex.formats._book_out import write_workbook
    from innodex.formats._coinr import read_coinr
    from innodex.formats._diff import Described, Difference, Policy, compare_folders, compare_recipes
    from innodex.formats._experts import Judged, put_experts
    from innodex.formats._grid import Grid, GridCell, letters, read_grids
    from innodex.formats._imported import Imported
    from innodex.formats._parquet import PARQUET_FILES, has_parquet, parquet_as_csv, write_parquet
    from innodex.formats._report import report_file
    from innodex.formats._scores import read_scores
    from innodex.formats._sdmx_in import read_sdmx
    from innodex.formats._sdmx_out import SDMX_FILES, NoTime, write_sdmx

# Name -> the module that has it: what few commands need is loaded when it is first asked for.
_SELDOM = {
    "Described": "_diff",
    "Difference": "_diff",
    "Grid": "_grid",
    "GridCell": "_grid",
    "Imported": "_imported",
    "Judged": "_experts",
    "NoTime": "_sdmx_out",
    "PARQUET_FILES": "_parquet",
    "Policy": "_diff",
    "SDMX_FILES": "_sdmx_out",
    "compare_folders": "_diff",
    "compare_recipes": "_diff",
    "has_parquet": "_parquet",
    "letters": "_grid",
    "parquet_as_csv": "_parquet",
    "put_experts": "_experts",
    "read_ballots": "_ballots",
    "read_coinr": "_coinr",
    "read_grids": "_grid",
    "read_scores": "_scores",
    "read_sdmx": "_sdmx_in",
    "report_file": "_report",
    "write_parquet": "_parquet",
    "write_sdmx": "_sdmx_out",
    "write_workbook": "_book_out",
}

__all__ = [
    "LIMITS",
    "OUT_FILES",
    "PARQUET_FILES",
    "SDMX_FILES",
    "Cell",
    "Checked",
    "DataColumns",
    "DataReader",
    "DataReading",
    "Described",
    "Difference",
    "Folder",
    "Grid",
    "GridCell",
    "Imported",
    "Judged",
    "Limits",
    "NoTime",
    "Policy",
    "Settings",
    "check_files",
    "check_folder",
    "compare_folders",
    "compare_recipes",
    "has_parquet",
    "is_archive",
    "is_workbook",
    "letters",
    "panel_of",
    "parquet_as_csv",
    "put_experts",
    "read_ballots",
    "read_coinr",
    "read_folder",
    "read_grids",
    "is_out_file",
    "read_out",
    "read_sdmx",
    "read_scores",
    "read_settings",
    "read_workbook",
    "report_file",
    "summary",
    "unpack_zip",
    "write_out",
    "write_parquet",
    "write_sdmx",
    "write_workbook",
]


def __getattr__(name: str) -> object:
    if name not in _SELDOM:
        raise AttributeError(f"module 'innodex.formats' has no attribute {name!r}")
    found = getattr(import_module(f"innodex.formats.{_SELDOM[name]}"), name)
    globals()[name] = found
    return found
