"""The search index stays true for every way of writing."""

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.http import QueryDict

from customers import search_index
from customers.models import Customer
from customers.search import find_customers
from customers.search_index import bulk_index_update
from tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db


def found(typed: str) -> set[str]:
    return {customer.email for customer in find_customers(QueryDict(f"q={typed}"))}


def execute(sql: str, *params: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def is_true() -> bool:
    """Whether the index says the same as the table (an integrity check of FTS5's own)."""
    if connection.vendor == "sqlite":
        execute(
            "INSERT INTO customers_search(customers_search, rank) VALUES ('integrity-check', 1)"
        )
    return True


@pytest.fixture
def ada():
    return CustomerFactory(first_name="Ada", last_name="Lovelace", email="ada@example.org")


def test_a_saved_change_is_found_and_the_old_name_is_not(ada):
    ada.last_name = "Byron"
    ada.save(update_fields=["last_name"])

    assert found("byron") == {"ada@example.org"}
    assert found("lovelace") == set()
    assert is_true()


def test_a_bulk_insert_is_found():
    made = CustomerFactory.build_batch(3, last_name="Çelik")
    for customer in made:
        customer.search_text = "  celik"
    Customer.objects.bulk_create(made)

    assert len(found("celik")) == 3
    assert is_true()


def test_a_raw_update_of_the_search_text_is_found(ada):
    execute("UPDATE customers_customer SET search_text = '  turing' WHERE id = %s", ada.pk)

    assert found("turing") == {"ada@example.org"}
    assert found("ada") == set()
    assert is_true()


def test_an_erased_customer_leaves_the_index(ada):
    ada.delete()
    CustomerFactory(pk=ada.pk, first_name="Bob", email="bob@example.org")

    assert found("lovelace") == set()
    assert found("bob") == {"bob@example.org"}
    assert is_true()


def test_a_bulk_merge_tells_the_index_in_one_statement(ada):
    bob = CustomerFactory(first_name="Bob", email="bob@example.org")
    with bulk_index_update() as index:
        changed = "SELECT id FROM customers_customer WHERE id > %s"
        index.forget(changed, [bob.pk - 1])
        Customer.objects.filter(pk=bob.pk).update(search_text="  robert")
        execute(
            "INSERT INTO customers_customer (first_name, last_name, email, phone, phone_extension, "
            "gender, note, language, time_zone, external_id, photo, created_at, changed_at, "
            "version, name_key, given_key, search_text) SELECT 'New', '', 'new@example.org', '', "
            "'', '', '', '', '', '', '', created_at, changed_at, 1, 'new', 'new', '  newcomer' "
            "FROM customers_customer WHERE id = %s",
            bob.pk,
        )
        index.learn(changed, [bob.pk - 1])

    assert found("robert") == {"bob@example.org"}
    assert found("newcomer") == {"new@example.org"}
    assert found("bob") == set()
    assert found("lovelace") == {"ada@example.org"}
    assert is_true()


def test_after_a_bulk_merge_the_triggers_work_again(ada):
    with bulk_index_update():
        pass
    ada.last_name = "Byron"
    ada.save()

    assert found("byron") == {"ada@example.org"}


def test_a_bulk_merge_that_fails_leaves_the_triggers_on(ada):
    with pytest.raises(ZeroDivisionError), bulk_index_update():
        raise ZeroDivisionError
    ada.last_name = "Byron"
    ada.save()

    assert found("byron") == {"ada@example.org"}


@pytest.mark.django_db(transaction=True)
def test_the_command_mends_what_was_written_by_hand(ada, capsys):
    execute("UPDATE customers_customer SET search_text = '', name_key = 'zzz', birthday = 101")

    call_command("rebuild_search")

    ada.refresh_from_db()
    assert (ada.name_key, ada.birthday) == ("lovelace ada", None)
    assert found("lovelace") == {"ada@example.org"}
    assert "1 of 1" in capsys.readouterr().out
    assert is_true()


@pytest.mark.django_db(transaction=True)
def test_the_command_builds_an_index_that_is_gone(ada):
    with transaction.atomic():
        if connection.vendor == "sqlite":
            execute("INSERT INTO customers_search(customers_search) VALUES ('delete-all')")
            execute("DROP TRIGGER customers_search_update")
        else:
            execute("DROP INDEX customer_by_search_text")

    call_command("rebuild_search")

    assert found("lovelace") == {"ada@example.org"}
    ada.last_name = "Byron"
    ada.save()
    assert found("byron") == {"ada@example.org"}


def test_all_migrations_together_leave_the_index_and_its_triggers():
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            assert {row[0] for row in cursor.fetchall()} >= set(search_index.SQLITE_TRIGGERS)
        else:
            cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname LIKE 'customer_by_s%'")
            assert any("gin_trgm_ops" in row[0] for row in cursor.fetchall())
