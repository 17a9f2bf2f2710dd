"""Questions that were answered: what was typed is carried out as it was meant, or the next one is asked."""

from bot.catalog import creation, finding
from bot.catalog.creation import CreatedNames, NewNames
from bot.catalog.rules.names import Choice, Found
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.tracking import questions
from bot.tracking.questions import Booked, KeptCommand, Offer, old_question
from bot.tracking.rules.spans import Resolution
from bot.tracking.timers import Done, carry_out
from storage import people as people_rows
from storage.change import Change


def answer(
    bot: Bot, caller: Caller, question_id: int, *, customer_id: int, project_id: int | None, service_id: int | None
) -> Done:
    """Carry out what was typed, now that the person chose what it meant. Raises UserError."""
    with bot.change_time(caller) as change:
        return _answered(change, question_id, (customer_id, project_id, service_id))


def _answered(change: Change[Caller], question_id: int, chosen: Booked) -> Done:
    """As `answer`, within a change. If several services were named without a project, ask which.

    Words that are no part of the name become the note where that was offered; otherwise it is asked what they are.
    """
    change, kept = questions.settle(change, question_id)
    customer_id, project_id, service_id = chosen
    choices = tuple(
        finding.choice_of_ids(change, customer_id=customer_id, project_id=project_id, service_id=each)
        for each in ((service_id,) if service_id else kept.services or (None,))
    )
    if len(choices) > 1:
        return questions.ask(change, kept.typed, Found(choices=choices))
    return _named(change, kept, choices[0], offered=(kept.offered or {}).get(chosen))


def _named(change: Change[Caller], kept: KeptCommand, choice: Choice, *, offered: tuple[str, ...] | None) -> Done:
    if offered is not None and not Offer(choice, offered).not_understood:
        return carry_out(change, questions.with_note(kept.typed, Offer(choice, offered).note), _usual(change, choice))
    left = () if kept.services else offered or finding.left_over(kept.typed.words, choice)
    if left:
        return questions.ask_about_left_over(change, kept.typed, choice, left)
    return carry_out(change, kept.typed, _usual(change, choice))


def _usual(change: Change[Caller], choice: Choice) -> Choice:
    return finding.with_usual_service(change, choice)


def settle_left_over(bot: Bot, caller: Caller, question_id: int, *, as_note: bool) -> Done:
    """Carry out what was typed: the other words are the note, or meant the project too. Raises UserError."""
    with bot.change_time(caller) as change:
        change, kept = questions.settle(change, question_id, "left")
        choice = _chosen(change, kept)
        text = Offer(choice, kept.left).note if as_note else ""
        return carry_out(change, questions.with_note(kept.typed, text), _usual(change, choice))


def _chosen(change: Change[Caller], kept: KeptCommand) -> Choice:
    """What was chosen for a command before the last question, if it is still there. Raises UserError."""
    if kept.booked_on is None:
        raise old_question()
    customer_id, project_id, service_id = kept.booked_on
    return finding.choice_of_ids(change, customer_id=customer_id, project_id=project_id, service_id=service_id)


def give_way(bot: Bot, caller: Caller, question_id: int, resolution: Resolution) -> Done:
    """Carry out what was typed, now that the person chose who gives way. Raises UserError.

    Asks again if other entries are in the way by now.
    """
    with bot.change_time(caller) as change:
        change, kept = questions.settle(change, question_id, "seen")
        return carry_out(change, kept.typed, _chosen(change, kept), kept.agreed(resolution), kept.sure)


def confirm(bot: Bot, caller: Caller, question_id: int) -> Done:
    """Carry out what was typed, now that the person said that it was meant so. Raises UserError.

    Asks again if something else is doubtful by now.
    """
    with bot.change_time(caller) as change:
        change, kept = questions.settle(change, question_id, "doubted")
        return carry_out(change, kept.typed, _chosen(change, kept), sure=kept.sure)


def create_and_answer(
    bot: Bot, caller: Caller, new: NewNames, question_id: int | None
) -> tuple[CreatedNames, Done | None]:
    """Create what was missing and, in the same transaction, carry out what had needed it. Raises UserError."""
    with bot.change(caller) as change:
        # This locks the workspace, and whoever locks it does so before people.
        created = creation.create_names(change, new)
        target = created.target
        if question_id is None or target is None:
            return created, None
        people_rows.lock_person(change.db, caller.person_id)
        service_id = finding.service_named(change, created.service) if created.service else None
        return created, _answered(change, question_id, (target.customer_id, target.project_id, service_id))
