"""What a deploy sets that no template can: the stack's own protection, and the rules of its repositories."""

from __future__ import annotations

from infra.admin.image_repositories import list_repositories, set_rules
from infra.admin.stack_resources import Client, find_stack


def settle(client: Client, stack: str, *, protected: bool) -> None:
    """Protect the stack from deletion, or end that, and give its image repositories their rules.

    A stack that is not deployed, because its first change was refused, is left alone.
    """
    found = find_stack(client, stack)
    if found is None or found["StackStatus"] == "REVIEW_IN_PROGRESS":
        return
    if bool(found.get("EnableTerminationProtection")) != protected:
        client("cloudformation").update_termination_protection(
            StackName=stack, EnableTerminationProtection=protected
        )
        print(f"The stack {stack} {'can not' if protected else 'can'} be deleted now.")
    for repository in list_repositories(client, stack):
        set_rules(client, repository)
