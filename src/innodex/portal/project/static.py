"""The stylesheet and fonts of `look`, as static files of Django."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

from innodex.look import portal_files


def written() -> Path:
    """The folder of the home that holds what `look` makes; written anew where it differs."""
    folder = Path(settings.STATIC_ROOT).with_name("look")
    for name, content in portal_files().items():
        file = folder / name
        if file.exists() and file.read_bytes() == content:
            continue
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return folder


class LookFinder(BaseFinder):
    """Finds what `look` makes."""

    def check(self, **kwargs: Any) -> list[Any]:
        """Nothing to configure, nothing to check."""
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """The file at `path`, or an empty list."""
        if path not in portal_files():
            return []
        found = str(written() / path)
        return [found] if find_all else found

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, FileSystemStorage]]:
        """Every file, with the storage that reads it."""
        storage = FileSystemStorage(location=written())
        for name in portal_files():
            if not matches_patterns(name, ignore_patterns):
                yield name, storage


class Storage(CompressedManifestStaticFilesStorage):
    """Names with a digest, for ever the same; plain names until the files have been collected."""

    manifest_strict = False

    def stored_name(self, name: str) -> str:
        """The name with its digest, where there is one."""
        return self.hashed_files.get(self.hash_key(self.clean_name(name).replace("\\", "/")), name)
