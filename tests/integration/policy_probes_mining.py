"""Probes of mining: charts, comparisons and groups are made of the records the reader sees, and of nothing else."""

from integration.policy_probes import DENIED, Asked, Wide, readable
from integration.policy_world import WORD

OBJECTS = ("lead", "customer", "deal")


async def mining_probe(asked: Asked, _: str) -> list[str]:
    found = []
    for key in OBJECTS:
        body = {"object": key, "filter": f'name.contains("{WORD}")', "types": ["touch.followup"]}
        drawn = await asked.send("POST", "/mining/chart", json=body)
        if drawn.status_code in DENIED:
            continue
        assert drawn.status_code == 200, drawn.text
        titles = {row.title for row in readable(asked, key)}
        by_title = await asked.send("POST", "/mining/groups", json=body | {"by": "name"})
        if by_title.status_code == 200:
            shown = {group["value"] for group in by_title.json()["groups"]}
            found += [f"{asked.me.key} groups {key}: tells of {title}" for title in shown - titles]
            if drawn.json()["cases"] != sum(group["cases"] for group in by_title.json()["groups"]):
                found.append(f"{asked.me.key} chart {key}: {drawn.json()['cases']} cases")
        if drawn.json()["cases"] > len(titles):
            found.append(f"{asked.me.key} chart {key}: {drawn.json()['cases']} cases of {len(titles)}")
        slow = (await asked.send("POST", "/mining/delayed", json=body)).json()
        tried = (await asked.send("POST", "/mining/what-if", json=body | {"step": "touch.followup"})).json()
        if slow["normal"]["cases"] + slow["delayed"]["cases"] > len(titles) or tried["cases"] > len(titles):
            found.append(f"{asked.me.key} {key}: compares more cases than they see")
    return found


async def logs_probe(asked: Asked, _: str) -> list[str]:
    """Imported logs hold no records; who may not read figures hears nothing of them."""
    answer = await asked.send("GET", "/mining/logs")
    return [] if answer.status_code in DENIED or answer.json() == {"rows": []} else [f"{asked.me.key}: {answer.text}"]


async def bring_probe(asked: Asked, _: str) -> list[str]:
    """Bringing a log takes a right, and what is no log leaves nothing behind."""
    answer = await asked.send("POST", "/mining/logs?key=probe", json={"no": "log"})
    return [] if answer.status_code in (*DENIED, 422) else [f"{asked.me.key}: {answer.text}"]


MINING: dict[tuple[str, str], Wide] = {
    **{("POST", f"/mining/{question}"): mining_probe for question in ("chart", "delayed", "groups", "what-if")},
    ("GET", "/mining/logs"): logs_probe,
    ("POST", "/mining/logs"): bring_probe,
}
