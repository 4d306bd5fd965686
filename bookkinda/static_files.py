"""Which files of our packages a browser may be sent: those that a page uses, and no others."""

from django.contrib.staticfiles.apps import StaticFilesConfig


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
