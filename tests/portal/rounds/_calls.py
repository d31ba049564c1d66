"""A call that is open, and registrations brought to any state by their own acts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from portal.rounds.conftest import Stage

SERIES = ("staff", "plan", "budget", "spending")


def answer(available: str, **more: str) -> dict[str, str]:
    """A row of the readiness table."""
    return {"available": available, **more}


COMPLETE: dict[str, Any] = {
    "answer": "join",
    "focal": {
        "department": "Phòng Quản lý khoa học",
        "leader": "Phó Giám đốc",
        "officer_name": "Chuyên viên đầu mối",
        "officer_email": "officer@trial.example",
    },
    "readiness": {
        "staff": answer(
            "available", holder="Cục Thống kê", source="Niên giám", latest_year="2025", effort="low"
        ),
        "plan": answer("partly", earliest_date="2026-05-30"),
        "budget": answer("unknown", remark="Đang hỏi Sở Tài chính"),
        "spending": answer("available"),
    },
    "advantages": [{"tag": "people", "text": "Có đội ngũ ổn định", "series": "staff"}],
    "difficulties": [{"tag": "money", "text": "Thiếu kinh phí khảo sát", "series": "spending"}],
    "proposals": [{"to": "ministry", "text": "Hỗ trợ kinh phí", "difficulty": "1"}],
    "support": {"staff": "hai người", "budget": "", "facilities": "", "offers": "Đăng cai một hội thảo"},
}
DECLINE: dict[str, Any] = {"answer": "decline", "decline_reason": "Không đủ người"}


def letter(name: str = "công văn.pdf") -> Any:
    """A file as a form brings it."""
    from innodex.portal.rounds.files import as_upload

    return as_upload(b"%PDF-1.7\n% a letter\n", name)


def draft(stage: Stage, body: str, content: dict[str, Any] | None = None) -> None:
    """The officer writes."""
    from innodex.portal.rounds import actions

    held = stage.registration(body)
    stage.do(
        actions.save_registration, f"{body}-entry", registration=held,
        content=COMPLETE if content is None else content, revision=held.revision,
    )  # fmt: skip


def keep_letter(stage: Stage, who: str) -> None:
    """The officer adds the official letter."""
    from innodex.portal.rounds import actions

    held = stage.registration(who.partition("-")[0])
    stage.do(
        actions.save_registration, who, registration=held, content={}, revision=held.revision, letter=letter()
    )


def register(stage: Stage, body: str, content: dict[str, Any] | None = None) -> None:
    """Drafted, handed in and sent."""
    from innodex.portal.rounds import actions

    draft(stage, body, content)
    stage.do(actions.request_registration, f"{body}-entry", registration=stage.registration(body))
    stage.do(actions.send_registration, f"{body}-lead", registration=stage.registration(body))


def propose(stage: Stage, *bodies: str) -> None:
    """The academy proposes these, and nobody else."""
    from innodex.portal.rounds import actions
    from innodex.portal.rounds.actions.selection import candidates

    chosen = {stage.registration(body).pk for body in bodies}
    held = candidates(stage.round)
    stage.do(
        actions.propose_selection, "leader", round=stage.round,
        choices={pk: f"Đề xuất {pk}" for pk in held if pk in chosen},
        reasons_not={pk: f"Không đề xuất {pk}" for pk in held if pk not in chosen},
    )  # fmt: skip


def decide(stage: Stage, *bodies: str) -> None:
    """The call ends, and the ministry chooses these."""
    from innodex.portal.rounds import actions
    from innodex.portal.rounds.actions.selection import candidates

    end_call(stage)
    chosen = {stage.registration(body).pk for body in bodies}
    stage.do(
        actions.decide_selection, "minister", round=stage.round, number="45/QĐ", date=stage.now.date(),
        upload=letter("quyết định.pdf"), chosen=chosen,
        reasons={pk: f"Lý do {pk}" for pk in candidates(stage.round)},
    )  # fmt: skip
    stage.round.refresh_from_db()


def end_call(stage: Stage) -> None:
    """The hard close passes, and the clock moves."""
    from innodex.portal.rounds.ticks import tick

    if "call" in stage.round.phases():
        stage.wait(days=31)
        tick(stage.now)


def bring(stage: Stage, body: str, state: str) -> None:
    """Bring a department's registration to a state, by acts alone."""
    from innodex.portal.rounds import actions

    if state == "not_answered":
        return
    draft(stage, body, DECLINE if state == "declined" else None)
    if state == "drafting":
        return
    stage.do(actions.request_registration, f"{body}-entry", registration=stage.registration(body))
    if state == "in_clearance":
        return
    stage.do(actions.send_registration, f"{body}-lead", registration=stage.registration(body))
    if state == "returned":
        held = stage.registration(body)
        stage.do(actions.return_registration, "leader", registration=held, reason="Thiếu đơn vị giữ số liệu")
    if state == "proposed":
        propose(stage, body)
    if state in ("selected", "confirmed", "refused"):
        decide(stage, body)
    if state == "not_selected":
        other = next(one for one in ("north", "south") if one != body)
        register(stage, other)
        decide(stage, other)
    if state == "confirmed":
        stage.do(actions.confirm_selection, f"{body}-lead", registration=stage.registration(body))
    if state == "refused":
        held = stage.registration(body)
        stage.do(actions.refuse_selection, f"{body}-lead", registration=held, reason="Đổi kế hoạch")
