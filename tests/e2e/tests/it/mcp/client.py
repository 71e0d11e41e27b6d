"""Connecting as the official client does, by either transport and in either of the protocol's generations."""

import os
from contextlib import asynccontextmanager

import httpx2
from mcp import Client, StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client


@asynccontextmanager
async def connected():
    mode = os.environ["MODE"]
    key = os.environ["POSTERN_API_KEY"]
    url = os.environ["POSTERN_URL"]
    if os.environ["TRANSPORT"] == "stdio":
        server = StdioServerParameters(
            command=os.environ["POSTERN"], args=["mcp"], env={"POSTERN_URL": url, "POSTERN_API_KEY": key}
        )
        async with Client(stdio_client(server), mode=mode) as client:
            yield client
    else:
        headers = {"Authorization": f"Bearer {key}"}
        async with httpx2.AsyncClient(headers=headers, timeout=60) as http:
            async with Client(streamable_http_client(f"{url}/mcp", http_client=http), mode=mode) as client:
                yield client
