"""The page's own words. The English text is the key; a person whose Slack locale is German reads the other column."""

from __future__ import annotations

from collections.abc import Callable

Translate = Callable[[str], str]

GERMAN = {
    "(optional)": "(optional)",
    "API keys to try": "API-Schlüssel zum Ausprobieren",
    "Acting as": "Handeln als",
    "Apps": "Apps",
    "Billomat account": "Billomat-Konto",
    "CANCELED": "STORNIERT",
    "Cancel": "Abbrechen",
    "Cancel invoice": "Stornieren",
    "Channels": "Kanäle",
    "Choose an option": "Option wählen",
    "Choose a person": "Person wählen",
    "Close": "Schließen",
    "Complete": "Abschließen",
    "Copied": "Kopiert",
    "come as files": "als Dateien",
    "come as text: no files:write": "als Text: kein files:write",
    "Copy": "Kopieren",
    "DRAFT": "ENTWURF",
    "Delete": "Löschen",
    "Delete message": "Nachricht löschen",
    "Direct messages": "Direktnachrichten",
    "What Slack lets the bot send": "Was der Bot in Slack senden darf",
    "Files from the bot": "Dateien vom Bot",
    "Filter": "Filtern",
    "Home": "Startseite",
    "How Billomat behaves": "Wie sich Billomat verhält",
    "How Slack takes tables and charts": "Was Slack mit Tabellen und Diagrammen macht",
    "Messages": "Nachrichten",
    "More actions": "Weitere Aktionen",
    "New message": "Neue Nachricht",
    "No invoices yet. Track some time, then type /track invoice.": (
        "Noch keine Rechnungen. Erfasse etwas Zeit und tippe dann /track rechnung."
    ),
    "Next page": "Nächste Seite",
    "Nothing found": "Nichts gefunden",
    "Now": "Jetzt",
    "Only visible to you": "Nur für dich sichtbar",
    "Open on a page of its own": "Auf eigener Seite öffnen",
    "Options": "Optionen",
    "Places": "Orte",
    "Previous page": "Vorige Seite",
    "Remove": "Entfernen",
    "Remove the last line": "Letzte Position entfernen",
    "Reply in thread": "Im Thread antworten",
    "Revoke": "Widerrufen",
    "Rule of Slack broken": "Regel von Slack verletzt",
    "Send": "Senden",
    "Set": "Stellen",
    "Set the clock": "Uhr stellen",
    "Shortcuts": "Shortcuts",
    "Mark as paid": "Als bezahlt markieren",
    "Take the cancellation back": "Storno zurücknehmen",
    "The clock only moves forward: message times must grow.": (
        "Die Uhr geht nur vorwärts: Zeiten von Nachrichten müssen wachsen."
    ),
    "The demo has stopped. This page reconnects when it is back.": (
        "Die Demo läuft nicht mehr. Diese Seite verbindet sich wieder, sobald sie zurück ist."
    ),
    "The draft {what} is deleted.": "Der Entwurf {what} ist gelöscht.",
    "The last line of {what} is removed.": "Die letzte Position von {what} ist entfernt.",
    "The {what} is revoked.": "Der Schlüssel „{what}“ ist widerrufen.",
    "This is the very beginning of": "Hier beginnt",
    "This tab is empty until the app publishes it.": "Dieser Bereich ist leer, bis die App ihn füllt.",
    "Today": "Heute",
    "Type to search": "Zum Suchen tippen",
    "Undo": "Rückgängig",
    "Yesterday": "Gestern",
    "admin key": "Administrator",
    "area": "Flächendiagramm",
    "bar": "Balkendiagramm",
    "answers with an error (500)": "antwortet mit einem Fehler (500)",
    "breaks off in the middle": "bricht mitten in der Antwort ab",
    "drops the connection": "trennt die Verbindung",
    "edited": "bearbeitet",
    "draws them below the text": "zeichnet sie unter den Text",
    "draws them in place of the text": "zeichnet sie statt des Textes",
    "is in maintenance (503)": "wird gewartet (503)",
    "is over quota (429)": "hat das Kontingent erschöpft (429)",
    "is slow (4 s)": "ist langsam (4 s)",
    "line": "Liniendiagramm",
    "new": "neu",
    "next morning": "nächster Morgen",
    "pie": "Kreisdiagramm",
    "read-only key": "nur lesen",
    "refuses them": "lehnt sie ab",
    "refuses what it did (400)": "lehnt ab, was es getan hat (400)",
    "revoked": "widerrufen",
    "works": "funktioniert",
    "{first}–{last} of {total}": "{first}–{last} von {total}",
    "{what} is paid.": "{what} ist bezahlt.",
    "{what} is cancelled.": "{what} ist storniert.",
    "{what} is completed.": "{what} ist abgeschlossen.",
    "{what} is not cancelled any more.": "{what} ist nicht mehr storniert.",
}


def english(text: str) -> str:
    """The text itself."""
    return text


def german(text: str) -> str:
    """The German text. KeyError for one that nobody has translated."""
    return GERMAN[text]


def language(locale: str) -> str:
    """The language of the page for a Slack locale: "de" or "en"."""
    return "de" if locale.lower().startswith("de") else "en"


def translator(locale: str) -> Translate:
    """The words for a person with this Slack locale."""
    return german if language(locale) == "de" else english
