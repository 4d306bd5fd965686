"""People who press at the same moment, each in a thread with a connection of its own."""

import threading
from collections import Counter
from typing import Any

from django.db import connections


def all_at_once(*acts: tuple[Any, ...], refusals: tuple[type[Exception], ...]) -> Counter[str]:
    """Does all of (function, arguments…) at the same moment; how many went through ("done") or
    were refused ("refused")."""
    together = threading.Barrier(len(acts))
    answers: Counter[str] = Counter()

    def act(do: Any, *arguments: Any) -> None:
        together.wait()
        try:
            do(*arguments)
            answers["done"] += 1
        except refusals:
            answers["refused"] += 1
        except BaseException as error:
            answers[repr(error)] += 1
            raise
        finally:
            connections.close_all()

    threads = [threading.Thread(target=act, args=each) for each in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers
