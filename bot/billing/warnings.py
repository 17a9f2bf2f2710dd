"""Those who bill hear when much of a budget is used up, and when all of it is: of each once."""

from bot.billing.budget_uses import uses
from bot.billing.views import budgets as views
from bot.core.context import Bot
from bot.core.roles import Role
from bot.people.callers import reader_of
from bot.slack import messages as slack
from bot.tracking.budgets import LOOK
from storage import budgets as budget_rows
from storage import people as people_rows


@LOOK.handler
def look_at_budget(bot: Bot, budget_id: int, workspace_id: int) -> None:
    """Time of a project was recorded, or its budget is another: tell of the thresholds that are reached by now.

    What was told before is not told again, also where less was used up in between. Of several that are reached at once
    the last one is told.
    """
    with bot.database.read() as db:
        budget = budget_rows.find_budget(db, workspace_id, budget_id)
        if budget is None:
            return
        (use,) = uses(db, workspace_id, [budget], customer_id=budget.customer_id)
        new = {*use.reached} - budget_rows.told(db, budget_id)
    if not new:
        return
    with bot.change_itself(workspace_id) as change:
        if budget_rows.find_budget(change.db, workspace_id, budget_id) != budget:
            return  # it was changed at this moment, and is looked at again
        if not budget_rows.note_told(change, budget_id, sorted(new), at=change.by.now):
            return
        for person in people_rows.people_with_role(change.db, workspace_id, Role.ADMIN, Role.BILLER):
            message = views.warning(reader_of(person), use)
            key = f"budget:{budget_id}:{max(new)}:{change.by.now.isoformat()}:{person.person_id}"
            slack.post_later(change.db, person.person_id, key, message, at=change.by.now)


JOBS = (LOOK,)
