"""Files in and out: index folders with all their faults, data wide or long, and the files of a build."""

from innodex.formats._data import Cell, DataReader, DataReading, panel_of
from innodex.formats._folder import Checked, Folder, check_folder, read_folder
from innodex.formats._out import OUT_FILES, read_out, summary, write_out
from innodex.formats._settings import DataColumns, Settings, read_settings

__all__ = [
    "OUT_FILES",
    "Cell",
    "Checked",
    "DataColumns",
    "DataReader",
    "DataReading",
    "Folder",
    "Settings",
    "check_folder",
    "panel_of",
    "read_folder",
    "read_out",
    "read_settings",
    "summary",
    "write_out",
]
