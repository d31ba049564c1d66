"""Who may do what, in which state and phase, and until when: one table, which the gate enforces.

The page of roles is printed from it. Who may *see* what stands in the queries of each app.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person is to an organisation, by membership."""

    P_ENTRY = "p_entry"
    P_LEAD = "p_lead"
    R_REVIEW = "r_review"
    R_LEAD = "r_lead"
    M_APPROVE = "m_approve"
    I_ANALYST = "i_analyst"
    AUDITOR = "auditor"
    SYSADMIN = "sysadmin"


class Kind(StrEnum):
    """What sort of body an organisation is."""

    ACADEMY = "academy"
    MINISTRY = "ministry"
    CENTRAL = "central"
    DEPARTMENT = "department"


class Scope(StrEnum):
    """Over which things a role holds a right."""

    OWN = "own"  # what belongs to the person's own organisation
    ANY = "any"  # everything
    ASSIGNED = "assigned"  # what the person has been assigned to
    SELF = "self"  # the person's own account
    LINK = "link"  # whoever holds a valid link
    SYSTEM = "system"  # nobody: the clock


# The phases of a round in their order; call and selection run beside others.
PHASES = (
    "draft", "call", "consultation", "selection", "adopted", "collection", "appraisal", "frozen", "computed",
    "published", "closed",
)  # fmt: skip

# Which roles an organisation of each kind can give.
ROLES_OF = {
    Kind.ACADEMY: (Role.R_REVIEW, Role.R_LEAD, Role.I_ANALYST, Role.AUDITOR, Role.SYSADMIN),
    Kind.MINISTRY: (Role.M_APPROVE, Role.AUDITOR, Role.SYSADMIN),
    Kind.CENTRAL: (Role.P_ENTRY, Role.P_LEAD),
    Kind.DEPARTMENT: (Role.P_ENTRY, Role.P_LEAD),
}


@dataclass(frozen=True, slots=True)
class Grant:
    """A role and what it reaches."""

    role: Role | None
    scope: Scope


@dataclass(frozen=True, slots=True)
class Rule:
    """One action: who, in which states of its object and phases of the round, and whether a date ends it.

    No states or no phases: any. `timed`: refused after the object's `deadline(action)`.
    """

    action: str
    grants: tuple[Grant, ...]
    states: frozenset[str] = frozenset()
    phases: frozenset[str] = frozenset()
    timed: bool = False


def _rule(action: str, who: str, *, states: str = "", phases: str = "", timed: bool = False) -> Rule:
    grants = []
    for word in who.split():
        role, _, scope = word.partition("@")
        grants.append(Grant(Role(role) if role else None, Scope(scope or "any")))
    return Rule(action, tuple(grants), frozenset(states.split()), frozenset(phases.split()), timed)


# One line each, so that the table reads as one.
# ruff: noqa: E501
_RULES = (
    # ---- people
    _rule("people.found", "@system"),
    _rule("people.create_organisation", "sysadmin"),
    _rule("people.create_departments", "sysadmin"),
    _rule("people.end_organisation", "sysadmin"),
    _rule("people.invite", "sysadmin p_lead@own"),
    _rule("people.revoke_invitation", "sysadmin p_lead@own", states="open"),
    _rule("people.accept_invitation", "@link", states="open", timed=True),
    _rule("people.end_membership", "sysadmin p_lead@own"),
    _rule("people.close_account", "sysadmin"),
    _rule("people.link_password", "sysadmin p_lead@own"),
    _rule("people.set_password", "@link", states="open", timed=True),
    _rule("people.change_language", "@self"),
    _rule("people.change_password", "@self"),
    _rule("people.export_log", "auditor"),
    _rule("people.read_drafts", "auditor"),
    # ---- rounds
    _rule("rounds.create_round", "i_analyst"),
    _rule("rounds.add_version", "i_analyst", phases="draft consultation"),
    _rule("rounds.set_calendar", "r_lead"),
    _rule("rounds.open_call", "r_lead", phases="draft consultation adopted"),
    _rule("rounds.open_consultation", "r_lead", phases="draft"),
    _rule("rounds.adopt_version", "m_approve", states="draft", phases="draft consultation"),
    _rule("rounds.open_collection", "r_lead", phases="adopted"),
    _rule("rounds.close_round", "m_approve", phases="published"),
    _rule("rounds.move_clock", "@system"),
    # ---- registration and selection
    _rule("rounds.save_registration", "p_entry@own", states="not_answered drafting returned", phases="call", timed=True),
    _rule("rounds.request_registration", "p_entry@own", states="drafting returned", phases="call", timed=True),
    _rule("rounds.send_back_registration", "p_lead@own", states="in_clearance", phases="call", timed=True),
    _rule("rounds.send_registration", "p_lead@own", states="in_clearance", phases="call", timed=True),
    _rule("rounds.return_registration", "r_lead", states="sent", phases="call", timed=True),
    _rule("rounds.read_draft", "auditor"),
    _rule("rounds.propose_selection", "r_lead", phases="selection"),
    _rule("rounds.decide_selection", "m_approve", phases="selection"),
    _rule("rounds.confirm_selection", "p_lead@own", states="selected", phases="draft consultation adopted"),
    _rule("rounds.refuse_selection", "p_lead@own", states="selected", phases="draft consultation adopted"),
    # ---- consultation
    _rule("consultation.save_comment", "p_entry@own", states="not_started drafting", phases="consultation", timed=True),
    _rule("consultation.withdraw_comment", "p_entry@own", states="drafting", phases="consultation", timed=True),
    _rule("consultation.request_contribution", "p_entry@own", states="drafting", phases="consultation", timed=True),
    _rule("consultation.send_back_contribution", "p_lead@own", states="in_clearance", phases="consultation", timed=True),
    _rule("consultation.send_contribution", "p_lead@own", states="in_clearance", phases="consultation", timed=True),
    _rule("consultation.answer_comment", "i_analyst", states="sent", phases="consultation"),
    # ---- collection: T1 to T19 of the collection rules, as far as they are built
    _rule("collection.save_item", "p_entry@own", states="not_started drafting returned", phases="collection appraisal", timed=True),
    _rule("collection.add_evidence", "p_entry@own", states="not_started drafting returned", phases="collection appraisal", timed=True),
    _rule("collection.link_evidence", "p_entry@own", states="not_started drafting returned", phases="collection appraisal", timed=True),
    _rule("collection.unlink_evidence", "p_entry@own", states="not_started drafting returned", phases="collection appraisal", timed=True),
    _rule("collection.request_clearance", "p_entry@own", states="drafting returned", phases="collection appraisal", timed=True),
    _rule("collection.send_back", "p_lead@own", states="in_clearance", phases="collection appraisal"),
    _rule("collection.submit", "p_lead@own", states="in_clearance", phases="collection appraisal", timed=True),
    _rule("collection.assign_reviewer", "r_lead", states="not_started drafting in_clearance submitted under_appraisal returned", phases="collection appraisal"),
    _rule("collection.start_appraisal", "r_lead r_review@assigned", states="submitted", phases="collection appraisal"),
    _rule("collection.decide_item", "r_review@assigned", states="under_appraisal", phases="collection appraisal"),
    _rule("collection.countersign_item", "m_approve", states="under_appraisal", phases="collection appraisal"),
    _rule("collection.return_items", "r_lead r_review@assigned", states="under_appraisal", phases="collection appraisal"),
    _rule("collection.close_appraisal", "r_lead", states="under_appraisal", phases="collection appraisal"),
    _rule("collection.approve", "m_approve", states="appraised", phases="collection appraisal"),
    _rule("collection.return_lapse", "@system", states="returned in_clearance", phases="collection appraisal"),
    _rule("collection.mark_not_received", "@system", states="not_started drafting in_clearance", phases="collection appraisal"),
    _rule("collection.extend", "r_lead", states="not_started drafting in_clearance submitted under_appraisal returned appraised approved", phases="collection appraisal"),
    # ---- what is read is an event too
    _rule("collection.read_draft", "auditor"),
    _rule("appraisal.read_evidence", "r_lead r_review@assigned m_approve i_analyst auditor"),
    _rule("runs.export_edition", "r_lead r_review i_analyst m_approve auditor p_entry p_lead", states="computed published"),
    # ---- central figures, run and publication
    _rule("collection.import_central", "i_analyst", phases="adopted collection appraisal"),
    _rule("collection.confirm_central", "i_analyst r_lead", states="previewed", phases="adopted collection appraisal"),
    _rule("collection.discard_central", "i_analyst r_lead", states="previewed", phases="adopted collection appraisal"),
    _rule("runs.freeze", "m_approve", phases="appraisal"),
    _rule("runs.compute", "i_analyst", phases="frozen computed"),
    _rule("runs.publish", "m_approve", states="computed", phases="computed"),
)  # fmt: skip

RULES: dict[str, Rule] = {rule.action: rule for rule in _RULES}


def holders(action: str) -> tuple[Role, ...]:
    """The roles that may do `action`, in some scope."""
    return tuple(grant.role for grant in RULES[action].grants if grant.role is not None)
