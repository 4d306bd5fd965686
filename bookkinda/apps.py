from django.apps import AppConfig


class BookkindaConfig(AppConfig):
    name = "bookkinda"
    verbose_name = "Bookkinda"

    def ready(self) -> None:
        from bookkinda import checks, tasks  # noqa: F401, PLC0415 registers checks and jobs
