"""An agent that knows nothing but what the server tells: it reads descriptions and schemas, and does what results say to do next.

Its task: tell a number something, having looked first at what that does, and find out what became of it. No tool's name is written here.
"""

import asyncio
import json
import re

from client import connected

TO, TEXT = "+15551230777", "Your table is ready. Code 7731."


def described(tool, *words):
    said = f"{tool.title} {tool.description}".lower()
    return all(word in said for word in words)


def hint(tool, name):
    hints = tool.annotations
    return getattr(hints, name) if hints else None


def arguments(tool, known):
    """What a tool needs, by what its schema says of each field."""
    filled = {}
    for name in tool.input_schema.get("required", []):
        field = tool.input_schema["properties"][name]
        about = field.get("description", "").lower()
        if name in known:
            value = known[name]
        elif "e.164" in about or "number" in about:
            value = TO
        elif "text" in about:
            value = TEXT
        else:
            raise SystemExit(f"{tool.name} wants {name}, which nothing explains: {field}")
        filled[name] = [value] if field["type"] == "array" else value
    return filled


async def main():
    async with connected() as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}

        # Look first: something that changes nothing and says what a send would do.
        looking = [t for t in tools.values() if hint(t, "read_only_hint") and described(t, "would do", "message", "sends nothing")]
        assert len(looking) == 1, [t.name for t in looking]
        preview = looking[0]
        wish = arguments(preview, {})
        looked = (await client.call_tool(preview.name, wish)).structured_content
        assert looked["verdict"] == "allowed", looked

        # Its answer names the tool to use now, with the same arguments.
        named = [name for name in re.findall(r"[a-z_]+", looked["next"]) if name in tools]
        send = tools[named[0]]
        assert hint(send, "destructive_hint") and not hint(send, "read_only_hint")
        sent = (await client.call_tool(send.name, wish)).structured_content

        # The description of what it gave says which tool takes it.
        given = send.output_schema["properties"]["messages"]["items"]["properties"]
        field, about = next((name, f["description"]) for name, f in given.items() if "For " in f.get("description", ""))
        known = {field: sent["messages"][0][field]}
        status = next(tools[name] for name in re.findall(r"[a-z_]+", about) if name in tools and hint(tools[name], "read_only_hint"))
        became = {}
        for _ in range(60):
            became = (await client.call_tool(status.name, arguments(status, known))).structured_content
            if became["delivered"] is not None:
                break
            await asyncio.sleep(0.25)

        # The connection broke, thinks the agent, and calls once more.
        again = (await client.call_tool(send.name, wish)).structured_content
        print(json.dumps({
            "used": [preview.name, send.name, status.name],
            "cost": looked["cost"],
            "sent": sent,
            "became": {name: became[name] for name in ("status", "delivered", "to")},
            "again": {name: again[name] for name in ("repeated", "messages")},
            "version": client.protocol_version,
        }))


asyncio.run(main())
