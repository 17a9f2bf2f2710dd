"""first schema."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "delivery",
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_delivery")),
    )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.create_index("ix_delivery_at", ["at"], unique=False)

    op.create_table(
        "job",
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("args", sa.JSON(), nullable=False),
        sa.Column("due", sa.Integer(), nullable=True),
        sa.Column("leased_until", sa.Integer(), nullable=True),
        sa.Column("token", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("error", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("failed_at", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_job")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index("ix_job_due", ["due"], unique=False)

    op.create_table(
        "workspace",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("currency", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("rate_cents", sa.Integer(), nullable=True),
        sa.Column("catalog_version", sa.Integer(), nullable=False),
        sa.Column("overlaps_allowed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("shown_unit", sa.Integer(), server_default="60", nullable=False),
        sa.Column("week_start", sa.Integer(), server_default="0", nullable=False),
        sa.Column("customer_word", sqlmodel.sql.sqltypes.AutoString(), server_default="", nullable=False),
        sa.Column("project_word", sqlmodel.sql.sqltypes.AutoString(), server_default="", nullable=False),
        sa.Column("service_word", sqlmodel.sql.sqltypes.AutoString(), server_default="", nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.CheckConstraint("rate_cents >= 0", name=op.f("ck_workspace_rate")),
        sa.CheckConstraint("shown_unit BETWEEN 1 AND 3600", name=op.f("ck_workspace_shown_unit")),
        sa.CheckConstraint("week_start BETWEEN 0 AND 6", name=op.f("ck_workspace_week_start")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workspace")),
        sa.UniqueConstraint("team_id", name=op.f("uq_workspace_team_id")),
    )
    op.create_table(
        "customer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("number", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("billomat_id", sa.Integer(), nullable=True),
        sa.Column("country", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("tax_rule", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("currency", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.Column("seen_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.CheckConstraint("tax_rule IN ('TAX', 'NO_TAX', 'COUNTRY')", name=op.f("ck_customer_tax_rule")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_customer_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer")),
        sa.UniqueConstraint("workspace_id", "billomat_id", name=op.f("uq_customer_workspace_id_billomat_id")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_customer_workspace_id_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("customer", schema=None) as batch_op:
        batch_op.create_index("ix_customer_name", ["workspace_id", "archived", "name_key"], unique=False)

    op.create_table(
        "tax",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("billomat_id", sa.Integer(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("rate", sa.Integer(), nullable=False),
        sa.CheckConstraint("rate BETWEEN 0 AND 10000", name=op.f("ck_tax_rate")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_tax_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tax")),
        sa.UniqueConstraint("workspace_id", "billomat_id", name=op.f("uq_tax_workspace_id_billomat_id")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_tax_workspace_id_id")),
    )
    op.create_table(
        "article",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("billomat_id", sa.Integer(), nullable=False),
        sa.Column("number", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("title", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("title_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("unit", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("price_cents", sa.Integer(), nullable=True),
        sa.Column("currency", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("tax_id", sa.Integer(), nullable=True),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.Column("seen_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "tax_id"], ["tax.workspace_id", "tax.id"], name=op.f("fk_article_workspace_id_tax_id")
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_article_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article")),
        sa.UniqueConstraint("workspace_id", "billomat_id", name=op.f("uq_article_workspace_id_billomat_id")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_article_workspace_id_id")),
    )
    with op.batch_alter_table("article", schema=None) as batch_op:
        batch_op.create_index("ix_article_title", ["workspace_id", "archived", "title_key"], unique=False)

    op.create_table(
        "project",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("billable", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "customer_id"],
            ["customer.workspace_id", "customer.id"],
            name=op.f("fk_project_workspace_id_customer_id"),
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_project_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project")),
        sa.UniqueConstraint("workspace_id", "customer_id", "id", name=op.f("uq_project_workspace_id_customer_id_id")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_project_workspace_id_id")),
    )
    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.create_index("ix_project_name", ["workspace_id", "archived", "name_key"], unique=False)
        batch_op.create_index(
            "uq_project_name",
            ["customer_id", "name_key"],
            unique=True,
            sqlite_where=sa.text("archived = false"),
            postgresql_where=sa.text("archived = false"),
        )

    op.create_table(
        "service",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=True),
        sa.Column("billable", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "article_id"],
            ["article.workspace_id", "article.id"],
            name=op.f("fk_service_workspace_id_article_id"),
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_service_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_service_workspace_id_id")),
    )
    with op.batch_alter_table("service", schema=None) as batch_op:
        batch_op.create_index(
            "uq_service_name",
            ["workspace_id", "name_key"],
            unique=True,
            sqlite_where=sa.text("archived = false"),
            postgresql_where=sa.text("archived = false"),
        )

    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("slack_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("zone", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("locale", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("language", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("role", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("is_guest", sa.Boolean(), nullable=False),
        sa.Column("summary_minute", sa.Integer(), nullable=True),
        sa.Column("last_summary_day", sa.Date(), nullable=True),
        sa.Column("dm_channel", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("clock", sa.Integer(), nullable=True),
        sa.Column("working_days", sa.Integer(), server_default="31", nullable=False),
        sa.Column("work_starts", sa.Integer(), server_default="540", nullable=False),
        sa.Column("work_ends", sa.Integer(), server_default="1080", nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=True),
        sa.Column("reminders", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("home_seen_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.CheckConstraint("role IN ('member', 'biller', 'admin')", name=op.f("ck_person_role")),
        sa.CheckConstraint(
            "0 <= work_starts AND work_starts < work_ends AND work_ends <= 1440", name=op.f("ck_person_working_hours")
        ),
        sa.CheckConstraint("clock IN (12, 24)", name=op.f("ck_person_clock")),
        sa.CheckConstraint("summary_minute BETWEEN 0 AND 1439", name=op.f("ck_person_summary_minute")),
        sa.CheckConstraint("working_days BETWEEN 1 AND 127", name=op.f("ck_person_working_days")),
        sa.ForeignKeyConstraint(
            ["workspace_id", "service_id"],
            ["service.workspace_id", "service.id"],
            name=op.f("fk_person_workspace_id_service_id"),
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_person_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_person_workspace_id_id")),
        sa.UniqueConstraint("workspace_id", "slack_id", name=op.f("uq_person_workspace_id_slack_id")),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("subject", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("action", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("after", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("why", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("request", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("undoes", sqlmodel.sql.sqltypes.AutoString(), server_default="", nullable=False),
        sa.CheckConstraint("subject IN ('entry', 'draft', 'break')", name=op.f("ck_audit_subject")),
        sa.ForeignKeyConstraint(
            ["workspace_id", "person_id"],
            ["person.workspace_id", "person.id"],
            name=op.f("fk_audit_workspace_id_person_id"),
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_audit_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index("ix_audit_person", ["person_id", "at"], unique=False)
        batch_op.create_index("ix_audit_request", ["request"], unique=False)
        batch_op.create_index("ix_audit_subject", ["workspace_id", "subject", "subject_id"], unique=False)

    op.create_table(
        "billomat_account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("billomat_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("secret_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("key_owner", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("currency", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("tax_name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("tax_rate", sa.Integer(), nullable=False),
        sa.Column("untaxed_countries", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("gross_prices", sa.Boolean(), nullable=False),
        sa.Column("trouble", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("calls_left", sa.Integer(), nullable=True),
        sa.Column("calls_reset", sa.Integer(), nullable=True),
        sa.Column("connected_by", sa.Integer(), nullable=False),
        sa.Column("connected_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("imported_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.CheckConstraint("tax_rate BETWEEN 0 AND 10000", name=op.f("ck_billomat_account_tax_rate")),
        sa.ForeignKeyConstraint(
            ["workspace_id", "connected_by"],
            ["person.workspace_id", "person.id"],
            name=op.f("fk_billomat_account_workspace_id_connected_by"),
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_billomat_account_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_billomat_account")),
        sa.UniqueConstraint("workspace_id", name=op.f("uq_billomat_account_workspace_id")),
    )
    op.create_table(
        "break",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("started_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("ended_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.CheckConstraint("ended_at > started_at", name=op.f("ck_break_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["workspace_id", "person_id"],
            ["person.workspace_id", "person.id"],
            name=op.f("fk_break_workspace_id_person_id"),
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_break_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_break")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("break", schema=None) as batch_op:
        batch_op.create_index("ix_break_person", ["person_id", "started_at"], unique=False)

    op.create_table(
        "channel_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("channel_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("linked_by", sa.Integer(), nullable=False),
        sa.Column("linked_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "customer_id", "project_id"],
            ["project.workspace_id", "project.customer_id", "project.id"],
            name="fk_channel_link_project",
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "customer_id"],
            ["customer.workspace_id", "customer.id"],
            name=op.f("fk_channel_link_workspace_id_customer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "linked_by"],
            ["person.workspace_id", "person.id"],
            name=op.f("fk_channel_link_workspace_id_linked_by"),
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_channel_link_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_link")),
        sa.UniqueConstraint("workspace_id", "channel_id", name=op.f("uq_channel_link_workspace_id_channel_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "invoice_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("token", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("label", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("currency", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("net_cents", sa.Integer(), nullable=True),
        sa.Column("service_first", sa.Date(), nullable=True),
        sa.Column("service_last", sa.Date(), nullable=True),
        sa.Column("approved_by", sa.Integer(), nullable=True),
        sa.Column("approved_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("attempted_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("view_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("billomat_id", sa.Integer(), nullable=True),
        sa.Column("billomat_net_cents", sa.Integer(), nullable=True),
        sa.Column("billomat_gross_cents", sa.Integer(), nullable=True),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.CheckConstraint(
            "(state = 'sent') = (billomat_id IS NOT NULL)", name=op.f("ck_invoice_draft_sent_has_billomat_id")
        ),
        sa.CheckConstraint(
            "state IN ('open', 'approved', 'sending', 'unknown', 'sent', 'discarded')",
            name=op.f("ck_invoice_draft_state"),
        ),
        sa.CheckConstraint(
            "state IN ('open', 'discarded') OR (token IS NOT NULL AND approved_by IS NOT NULL AND net_cents IS NOT NULL)",
            name=op.f("ck_invoice_draft_approved_by_somebody"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "approved_by"],
            ["person.workspace_id", "person.id"],
            name=op.f("fk_invoice_draft_workspace_id_approved_by"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "created_by"],
            ["person.workspace_id", "person.id"],
            name=op.f("fk_invoice_draft_workspace_id_created_by"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "customer_id"],
            ["customer.workspace_id", "customer.id"],
            name=op.f("fk_invoice_draft_workspace_id_customer_id"),
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_invoice_draft_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_draft")),
        sa.UniqueConstraint("token", name=op.f("uq_invoice_draft_token")),
        sa.UniqueConstraint("workspace_id", "billomat_id", name=op.f("uq_invoice_draft_workspace_id_billomat_id")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_invoice_draft_workspace_id_id")),
    )
    with op.batch_alter_table("invoice_draft", schema=None) as batch_op:
        batch_op.create_index(
            "uq_invoice_draft_open",
            ["workspace_id", "customer_id"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    op.create_table(
        "question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("command", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "person_id"],
            ["person.workspace_id", "person.id"],
            name=op.f("fk_question_workspace_id_person_id"),
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_question_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "time_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("service_id", sa.Integer(), nullable=True),
        sa.Column("note", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("started_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("ended_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("zone", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("timed", sa.Boolean(), nullable=False),
        sa.Column("end_guessed", sa.Boolean(), nullable=False),
        sa.Column("billable", sa.Boolean(), nullable=False),
        sa.Column("tags", sqlmodel.sql.sqltypes.AutoString(), server_default="", nullable=False),
        sa.Column("source_text", sqlmodel.sql.sqltypes.AutoString(), server_default="", nullable=False),
        sa.Column("source_link", sqlmodel.sql.sqltypes.AutoString(), server_default="", nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.CheckConstraint("(ended_at IS NULL) = (seconds IS NULL)", name=op.f("ck_time_entry_seconds_when_ended")),
        sa.CheckConstraint("ended_at >= started_at", name=op.f("ck_time_entry_ends_after_start")),
        sa.CheckConstraint("seconds >= 0", name=op.f("ck_time_entry_seconds")),
        sa.CheckConstraint("timed OR ended_at IS NOT NULL", name=op.f("ck_time_entry_a_timer_is_timed")),
        sa.ForeignKeyConstraint(
            ["workspace_id", "customer_id", "project_id"],
            ["project.workspace_id", "project.customer_id", "project.id"],
            name="fk_time_entry_project",
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "customer_id"],
            ["customer.workspace_id", "customer.id"],
            name=op.f("fk_time_entry_workspace_id_customer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "person_id"],
            ["person.workspace_id", "person.id"],
            name=op.f("fk_time_entry_workspace_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "service_id"],
            ["service.workspace_id", "service.id"],
            name=op.f("fk_time_entry_workspace_id_service_id"),
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_time_entry_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_time_entry")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_time_entry_workspace_id_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("time_entry", schema=None) as batch_op:
        batch_op.create_index("ix_time_entry_customer", ["workspace_id", "customer_id", "day"], unique=False)
        batch_op.create_index("ix_time_entry_person", ["person_id", "started_at"], unique=False)
        batch_op.create_index(
            "uq_time_entry_running",
            ["person_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "draft_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("service_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("description", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("article_id", sa.Integer(), nullable=True),
        sa.Column("unit", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("rate_cents", sa.Integer(), nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("hours", sa.Integer(), nullable=True),
        sa.Column("amount_cents", sa.Integer(), nullable=True),
        sa.Column("tax_name", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("tax_rate", sa.Integer(), nullable=True),
        sa.CheckConstraint("rate_cents >= 0", name=op.f("ck_draft_line_rate")),
        sa.ForeignKeyConstraint(
            ["workspace_id", "article_id"],
            ["article.workspace_id", "article.id"],
            name=op.f("fk_draft_line_workspace_id_article_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "draft_id"],
            ["invoice_draft.workspace_id", "invoice_draft.id"],
            name=op.f("fk_draft_line_workspace_id_draft_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "project_id"],
            ["project.workspace_id", "project.id"],
            name=op.f("fk_draft_line_workspace_id_project_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "service_id"],
            ["service.workspace_id", "service.id"],
            name=op.f("fk_draft_line_workspace_id_service_id"),
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_draft_line_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_line")),
        sa.UniqueConstraint("workspace_id", "draft_id", "id", name=op.f("uq_draft_line_workspace_id_draft_id_id")),
    )
    op.create_table(
        "draft_entry",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "draft_id", "line_id"],
            ["draft_line.workspace_id", "draft_line.draft_id", "draft_line.id"],
            name="fk_draft_entry_line",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "draft_id"],
            ["invoice_draft.workspace_id", "invoice_draft.id"],
            name=op.f("fk_draft_entry_workspace_id_draft_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "entry_id"],
            ["time_entry.workspace_id", "time_entry.id"],
            name=op.f("fk_draft_entry_workspace_id_entry_id"),
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_draft_entry_workspace_id")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_draft_entry")),
    )
    with op.batch_alter_table("draft_entry", schema=None) as batch_op:
        batch_op.create_index("ix_draft_entry_draft", ["draft_id"], unique=False)
