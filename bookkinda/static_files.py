"""Which files of our packages a browser may be sent: those that a page uses, and no others."""

from functools import cache

from django.conf import settings
from django.contrib.staticfiles.apps import StaticFilesConfig
from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(StaticFilesConfig):
    """Leaves out of the collection what the packages carry beside the files that pages link to."""

    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        "*.py",
        "*.map",
        "__pycache__",
        "bootstrap-grid*",
        "bootstrap-reboot*",
        "bootstrap-utilities*",
        "bootstrap*.rtl*",
        "bootstrap.css",
        "bootstrap.js",
        "bootstrap.min.js",
        "bootstrap.bundle.js",
        "bootstrap.esm*",
        "htmax-*",
        "htmx-4*",
        "htmx-2.js",
        "hx-*",
    ]


class Storage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Names with hashes, compressed beside the plain files; source maps stay behind, so that a
    file's note where its map would be is no reference to follow."""

    patterns = tuple(
        (names, tuple(pattern for pattern in found if "sourceMappingURL" not in str(pattern)))
        for names, found in CompressedManifestStaticFilesStorage.patterns
    )

    def url(self, name: str, force: bool = False) -> str:  # noqa: FBT001, FBT002 Django's words
        """Each address is put together once: a page asks for twenty, and they never change."""
        return (
            self.known_url(name) if not settings.DEBUG and not force else super().url(name, force)
        )

    @cache  # noqa: B019 there is one storage, as long as the process lives
    def known_url(self, name: str) -> str:
        address: str = super().url(name)
        return address
