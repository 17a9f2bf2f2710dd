"""Why Billomat did not do what it was asked to: each sentence is true, in each language."""

import pytest

from bot.billomat.client import NotDone, Refused
from bot.billomat.client.errors import Cause
from bot.billomat.views.imports import import_waits
from bot.billomat.views.reasons import reason
from bot.core.texts import Reader

ENGLISH = Reader.for_locale(locale="en-GB", language=None, zone="Europe/Berlin")
GERMAN = Reader.for_locale(locale="de-DE", language=None, zone="Europe/Berlin")


@pytest.mark.parametrize(
    ("kind", "english", "german"),
    [
        ("quota", "takes no more requests for 5 minutes", "nimmt noch 5 Minuten lang keine Anfragen mehr an"),
        ("timeout", "did not answer in time", "nicht rechtzeitig geantwortet"),
        ("maintenance", "is in maintenance", "wird gerade gewartet"),
        ("unreachable", "I cannot reach", "Ich erreiche Billomat gerade nicht"),
        ("server", "answered with an error", "mit einem Fehler geantwortet"),
    ],
)
def test_each_kind_of_trouble_has_its_own_sentence(kind: Cause, english: str, german: str) -> None:
    error = NotDone("words of the wire", kind=kind, retry_after=300 if kind == "quota" else None)
    assert english in reason(ENGLISH, error)
    assert german in reason(GERMAN, error)
    assert english in import_waits(ENGLISH, error)["text"]
    assert ("answer" in reason(ENGLISH, error)) == (kind in ("timeout", "server"))


def test_a_refusal_is_told_in_billomats_words() -> None:
    assert reason(ENGLISH, Refused("date is required", status=400)) == "Billomat says “date is required”."
