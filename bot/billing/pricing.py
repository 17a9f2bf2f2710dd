"""What a customer's work is priced by: the workspace's rate, its articles, and the terms that Billomat has for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Connection

from bot.billing.rules.agreements import Agreement, covering
from bot.billing.rules.rate_list import RateList, RateRule, Work
from bot.billing.rules.rates import PricedArticle, PriceTerms
from bot.billing.rules.reductions import Reduction
from bot.billing.rules.rounding import Rounding, Roundings, chosen_rounding
from bot.billing.rules.tax import Vat, is_taxed, states_gross
from bot.billing.rules.taxation import AS_BILLOMAT_HOLDS, CustomersTax, OwnTax, Taxation, TaxCase, taxation
from bot.billing.rules.worth import Pricing
from storage import agreements as agreement_rows
from storage import billomat as billomat_rows
from storage import imported as imported_rows
from storage import people as people_rows
from storage import priced_articles as article_rows
from storage import rates as rate_rows
from storage import roundings as rounding_rows
from storage.billomat import ConnectedAccount
from storage.payers import Payer
from storage.people import WorkspaceTerms


@dataclass(frozen=True)
class Prices:
    """What all customers of a workspace have in common."""

    articles: Mapping[int, PricedArticle]
    of_customers: Mapping[int, Mapping[int, PricedArticle]]
    """Those of one customer, where it has others."""
    workspace: WorkspaceTerms
    account: ConnectedAccount | None
    roundings: Mapping[int, Rounding]
    """Those of projects that have one of their own."""
    rates: RateList
    zero_name: str = ""
    """What the account calls its tax of 0 %, else its usual one."""
    agreements: tuple[Agreement, ...] = ()
    """All that is agreed, with whomever."""

    @cached_property
    def covered(self) -> tuple[RateRule, ...]:
        """What fixed prices say of an hour: nothing is paid for it, whatever the list says."""
        return covering(self.agreements)

    @property
    def priced_by(self) -> RateList:
        """The list of rates behind what fixed prices cover."""
        return RateList((*self.covered, *self.rates.rules), self.rates.later) if self.covered else self.rates

    def covers(self, work: Work) -> bool:
        """Whether a fixed price is paid for this work instead of its hours."""
        return any(rule.fits(work) and rule.price_on(work.day) is not None for rule in self.covered)

    @property
    def currency(self) -> str:
        """The account's, else the workspace's."""
        return self.account.currency if self.account else self.workspace.currency

    def currency_of(self, payer: Payer) -> str:
        """In which a customer is billed: the one that Billomat has for them, else the account's."""
        return payer.currency or self.currency

    def for_customer(self, payer: Payer) -> Pricing:
        """What one customer's lines are priced by: by what is in their currency alone."""
        account, currency = self.account, self.currency_of(payer)
        is_own = currency == self.currency
        case, by_rule = self.taxation(payer).case, self._is_taxed(payer)
        taxed = case is TaxCase.DOMESTIC or (by_rule and not case.is_untaxed)
        zero = Vat(self.zero_name, 0)
        account_gross = account is not None and account.gross_prices
        invoice_gross = states_gross(payer.net_gross, account_gross=account_gross, taxed=taxed and account is not None)
        return Pricing(
            articles={**self.articles, **own} if (own := self.of_customers.get(payer.id)) else self.articles,
            rate_cents=self.workspace.rate_cents if is_own else None,
            vat=zero if case is TaxCase.SMALL_BUSINESS else self._usual_vat,
            taxed=taxed,
            terms=PriceTerms(
                payer.price_group, account_gross, invoice_gross, ("", currency) if is_own else (currency,)
            ),
            reduction=Reduction(percent=payer.reduction),
            # Where Billomat's rule leaves the VAT out anyway, that is documented; a rate beside it is not.
            untaxed=zero if case.is_untaxed and by_rule else None,
            roundings=self.roundings_of(payer),
            customer_id=payer.id,
            rates=self.priced_by.of_customer(payer.id, currency, is_own=is_own),
            currency=currency,
        )

    def roundings_of(self, payer: Payer) -> Roundings:
        """How one customer's time is rounded."""
        return Roundings(chosen_rounding(payer.rounding, self.workspace.rounding), self.roundings)

    def taxation(self, payer: Payer, *, once: bool = False) -> Taxation:
        """Which VAT holds for a customer, and why; what was chosen may be so for one invoice alone."""
        account = self.account
        if account is None:
            return AS_BILLOMAT_HOLDS
        return taxation(
            OwnTax(account.country, account.vat_id, account.tax_rate, account.small_business),
            CustomersTax(
                *(payer.country, payer.vat_id, payer.kind, payer.tax_rule, self._is_taxed(payer), payer.tax_case),
                is_once=once,
            ),
        )

    @property
    def _usual_vat(self) -> Vat | None:
        return Vat(self.account.tax_name, self.account.tax_rate) if self.account else None

    def _is_taxed(self, payer: Payer) -> bool:
        untaxed = self.account.untaxed_countries.split(",") if self.account else ()
        return is_taxed(payer.tax_rule, payer.country, untaxed)


def article_of(db: Connection, workspace_id: int, customer_id: int, service_id: int) -> PricedArticle | None:
    """What a kind of work is billed as for a customer."""
    own = article_rows.articles_of_customers(db, workspace_id).get(customer_id, {})
    return own.get(service_id) or article_rows.articles_of_services(db, workspace_id).get(service_id)


def currency_of(db: Connection, workspace_id: int, payer: Payer) -> str:
    """In which a customer is billed; see `Prices.currency_of`."""
    account = None if payer.currency else billomat_rows.connected_account(db, workspace_id)
    usual = account.currency if account else people_rows.workspace_terms(db, workspace_id).currency
    return payer.currency or usual


def prices_of(db: Connection, workspace_id: int) -> Prices:
    """The workspace's prices as they are now."""
    account = billomat_rows.connected_account(db, workspace_id)
    return Prices(
        articles=article_rows.articles_of_services(db, workspace_id),
        of_customers=article_rows.articles_of_customers(db, workspace_id),
        workspace=people_rows.workspace_terms(db, workspace_id),
        account=account,
        zero_name=(imported_rows.name_of_tax(db, workspace_id, 0) or account.tax_name) if account else "",
        roundings=rounding_rows.roundings_of_projects(db, workspace_id),
        rates=rate_rows.rate_list(db, workspace_id),
        agreements=tuple(agreement_rows.agreements_of_workspace(db, workspace_id)),
    )
