from django.apps import AppConfig


class ErrandsConfig(AppConfig):
    name = "tests.bookkinda.errands"

    def ready(self) -> None:
        from tests.bookkinda.errands import tasks  # noqa: F401, PLC0415 registers the jobs
