"""Lists the tools, then makes the calls that CALLS holds, and prints what came of each."""

import asyncio
import json
import os

from client import connected


async def main():
    async with connected() as client:
        tools = [tool.name for tool in (await client.list_tools()).tools]
        resources = [str(resource.uri) for resource in (await client.list_resources()).resources]
        answers = []
        for name, arguments in json.loads(os.environ["CALLS"]):
            result = await client.call_tool(name, arguments)
            answers.append({
                "is_error": bool(result.is_error),
                "text": result.content[0].text,
                "facts": result.structured_content,
            })
        print(json.dumps({"tools": tools, "resources": resources, "answers": answers}))


asyncio.run(main())
