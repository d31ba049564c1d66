"""What people fill in: a comment, the request to send, an answer, and what to look at."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from innodex.documents import say
from innodex.portal.consultation import changes, synthesis
from innodex.portal.consultation.models import Answer, Aspect, Comment
from innodex.portal.people.models import Organisation
from innodex.portal.rounds import documents
from innodex.portal.rounds.files import ACCEPT
from innodex.portal.rounds.models import Version


class _Form(forms.Form):
    """A form that speaks the reader's language."""

    def __init__(self, *arguments: Any, lang: str, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.lang = lang
        self.fill()

    def fill(self) -> None:
        """Make the fields."""

    def word(self, key: str, **values: Any) -> str:
        """Words of the catalogue."""
        return say(self.lang, f"consultation.{key}", **values)

    def long(self, name: str, *, required: bool = False, rows: int = 6) -> forms.CharField:
        """A field for several lines."""
        return forms.CharField(
            label=self.word(f"field.{name}"),
            help_text=self.word(f"field.{name}.help"),
            required=required,
            widget=forms.Textarea(attrs={"rows": rows}),
            error_messages={"required": self.word(f"field.{name}.missing")} if required else None,
        )


# What a list of choices sends for the whole framework, or for all aspects: an empty choice would be none.
ALL = "*"


def targets(version: Version, lang: str) -> list[tuple[str, str]]:
    """Every target of a comment: the whole, then each node, indented by its depth."""
    framework = documents.framework_of(version)
    indented = [
        (node.id, "\u00a0" * 3 * framework.depth(node.code) + synthesis.node_name(node, lang))
        for node in framework.nodes
    ]
    return [(ALL, say(lang, "consultation.whole")), *indented]


class CommentForm(_Form):
    """A comment on one target. An unfinished one is kept as well."""

    def __init__(self, *arguments: Any, version: Version, **named: Any) -> None:
        self.version = version
        super().__init__(*arguments, **named)

    def fill(self) -> None:
        """Target, aspect, stance, text, wording; and the revision that was seen."""
        aspects = [(ALL, self.word("aspect.all"))] + [
            (one, self.word(f"aspect.{one}")) for one in Aspect.values
        ]
        stances = [(one, self.word(f"stance.{one}")) for one in Comment.Stance.values]
        self.fields["node"] = forms.ChoiceField(
            label=self.word("field.node"), choices=targets(self.version, self.lang)
        )
        self.fields["aspect"] = forms.ChoiceField(
            label=self.word("field.aspect"),
            help_text=self.word("field.aspect.help"),
            choices=aspects,
        )
        self.fields["stance"] = forms.ChoiceField(
            label=self.word("field.stance"),
            choices=stances,
            widget=forms.RadioSelect,
            error_messages={"required": self.word("field.stance.missing")},
        )
        self.fields["text"] = self.long("text")
        self.fields["proposed"] = self.long("proposed", rows=4)
        self.fields["revision"] = forms.IntegerField(
            widget=forms.HiddenInput, initial=0, min_value=0, required=False
        )

    def clean(self) -> dict[str, Any]:
        """An aspect belongs to a node."""
        data = super().clean() or self.cleaned_data
        for name in ("node", "aspect"):
            data[name] = "" if data.get(name) == ALL else data.get(name, "")
        if data.get("aspect") and not data.get("node"):
            self.add_error("aspect", self.word("field.aspect.whole"))
        data["revision"] = data.get("revision") or 0
        return data

    def chosen_node(self) -> str:
        """The id of the node that was chosen; empty for the whole."""
        node = self.data.get("node", "")
        return "" if node == ALL else node


class RequestForm(_Form):
    """What goes with the comments: a remark and the letter."""

    def fill(self) -> None:
        """Both are optional."""
        self.fields["remark"] = self.long("remark", rows=4)
        self.fields["letter"] = forms.FileField(
            label=self.word("field.letter"),
            help_text=self.word("field.letter.help"),
            required=False,
            widget=forms.FileInput(attrs={"accept": ACCEPT}),
            error_messages={"empty": self.word("field.letter.empty")},
        )


class SendBackForm(_Form):
    """Why the draft goes back to the officer."""

    def fill(self) -> None:
        """A reason."""
        self.fields["reason"] = self.long("back-reason", required=True, rows=3)


class AnswerForm(_Form):
    """The academy's answer to one comment."""

    def __init__(self, *arguments: Any, comment: Comment, **named: Any) -> None:
        self.comment = comment
        super().__init__(*arguments, **named)

    def fill(self) -> None:
        """Kind, reason, the change; and the revision that was seen."""
        self.fields["kind"] = forms.ChoiceField(
            label=self.word("field.kind"),
            choices=[(one, self.word(f"answer.{one}")) for one in Answer.Kind.values],
            widget=forms.RadioSelect,
            error_messages={"required": self.word("field.kind.missing")},
        )
        self.fields["reason"] = self.long("reason")
        self.fields["change"] = forms.ChoiceField(
            label=self.word("field.change"),
            help_text=self.word("field.change.help"),
            choices=[("", self.word("change.later")), *self._changes()],
            required=False,
        )
        self.fields["revision"] = forms.IntegerField(
            widget=forms.HiddenInput, initial=0, min_value=0, required=False
        )

    def _changes(self) -> Iterable[tuple[str, list[tuple[str, str]]]]:
        """The nodes that really differ, by later version, the newest first."""
        commented = self.comment.version
        later = commented.round.versions.filter(number__gt=commented.number).order_by("-number")
        for version in later:
            version.round = commented.round
            found = changes.between(commented, version)
            yield (
                self.word("change.version", version=version.number),
                [
                    (f"{version.pk}:{node}", self._change(node, parts, version))
                    for node, parts in found.items()
                ],
            )

    def _change(self, node: str, parts: tuple[str, ...], version: Version) -> str:
        name = synthesis.changed_node_name(node, self.comment.version, version, self.lang)
        return f"{name} ({', '.join(self.word(f'part.{part}') for part in parts)})"

    def clean(self) -> dict[str, Any]:
        """Some kinds need a reason; only what is accepted has a change."""
        data = super().clean() or self.cleaned_data
        kind = data.get("kind", "")
        if kind in (Answer.Kind.PARTLY, Answer.Kind.NOT_ACCEPTED) and not data.get("reason", "").strip():
            self.add_error("reason", self.word("field.reason.missing"))
        if data.get("change") and kind in (Answer.Kind.NOT_ACCEPTED, Answer.Kind.NOTED):
            self.add_error("change", self.word("field.change.unwanted"))
        data["revision"] = data.get("revision") or 0
        return data

    def change(self) -> dict[str, Any]:
        """The chosen change as the action takes it."""
        pk, _, node = self.cleaned_data["change"].partition(":")
        version = self.comment.version.round.versions.filter(pk=int(pk)).first() if pk else None
        return {"changed_in": version, "changed_node": node}


class FilterForm(_Form):
    """Which comments are listed."""

    def __init__(
        self, *arguments: Any, version: Version, organisations: Iterable[Organisation], **named: Any
    ) -> None:
        self.version, self.organisations = version, organisations
        super().__init__(*arguments, **named)

    def fill(self) -> None:
        """Node, stance, organisation, answered."""
        nodes = targets(self.version, self.lang)
        stances = [(one, self.word(f"stance.{one}")) for one in Comment.Stance.values]
        bodies = [(one.code, synthesis.named(one.name, self.lang)) for one in self.organisations]
        answered = [(one, self.word(f"filter.{one}")) for one in ("no", "yes", "open")]
        for name, choices in (
            ("node", nodes),
            ("stance", stances),
            ("organisation", bodies),
            ("answered", answered),
        ):
            self.fields[name] = forms.ChoiceField(
                label=self.word(f"filter.{name}"),
                choices=[("", self.word("filter.all")), *choices],
                required=False,
            )

    def chosen(self) -> dict[str, str]:
        """The filters that make sense; what does not is left out."""
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}
