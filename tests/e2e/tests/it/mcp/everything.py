"""Every tool and resource, once, by a key that may do everything; the client itself checks each result against its schema."""

import asyncio
import json

from mcp import MCPError

from client import connected

TO = "+15551230888"


async def main():
    async with connected() as client:
        listed = await client.list_tools()
        tools = {tool.name: tool for tool in listed.tools}
        for tool in tools.values():
            assert tool.description and tool.title and tool.output_schema, tool.name
            assert "connection" in tool.input_schema["properties"], tool.name
            assert tool.annotations.read_only_hint is not None, tool.name
        called = set()

        async def call(name, /, **arguments):
            called.add(name)
            result = await client.call_tool(name, arguments)
            assert not result.is_error, (name, result.content[0].text)
            assert json.loads(result.content[0].text) == result.structured_content, name
            return result.structured_content

        async def refused(name, /, **arguments):
            result = await client.call_tool(name, arguments)
            assert result.is_error, (name, result.structured_content)
            return result.structured_content, result.content[0].text

        me = await call("whoami")
        own = (await call("list_connections", app="clicksend", status="ACTIVE"))["connections"][0]["connection_id"]
        assert (await call("get_connection", connection_id=own))["connection"]["connection_id"] == own
        assert (await call("get_connection", connection=own))["connection"]["app"] == "clicksend"
        made = (await call("create_connection", app="clicksend", name="from an agent"))["connection"]
        assert made["status"] == "PENDING" and "/connect" in made["url"], made
        assert (await call("delete_connection", connection_id=made["connection_id"]))["deleted"] is True
        facts, text = await refused("delete_connection")
        assert facts["same_call_again"] == "corrected" and "connection_id" in text, text
        assert (await call("search_apps", query="click"))["apps"][0]["name"] == "clicksend"
        assert (await call("search_apps", query="no such app"))["apps"] == []
        found = (await call("search_actions", query="history of sms", limit=1))
        assert found["actions"][0]["id"] == "clicksend.sms.history.list" and found["more"], found
        action = await call("get_action", id="clicksend.lists.contacts.get")
        assert action["args"]["required"] == ["list_id", "contact_id"], action
        ran = await call("run_action", id="clicksend.sms.history.list", args={"query": {"limit": 1}}, connection=own)
        assert ran["status"] == 200 and ran["answer"]["response_code"] == "SUCCESS", ran
        sms = {"messages": [{"to": TO, "body": "by an action", "source": "x"}]}
        one = await call("run_action", id="clicksend.sms.send", args={"body": sms})
        two = await call("run_action", id="clicksend.sms.send", args={"body": sms})
        assert (one["repeated"], two["repeated"]) == (False, True) and one["answer"] == two["answer"]
        account = await call("api", path="/clicksend/v3/account")
        assert account["answer"]["data"]["username"], account
        for path in ("/keys", "/mcp", "/v3/account", "clicksend", "/clicksend/v3/account?x=1"):
            facts, _ = await refused("api", path=path)
            assert facts["error"] == "invalid_arguments", (path, facts)

        assert (await call("preview_message", to=[TO], body="x" * 200))["segments"] == 2
        text = {"to": [TO], "body": "Code 9182", "reference": "everything"}
        sent = await call("send_message", **text)
        message = sent["messages"][0]["message_id"]
        facts, said = await refused("send_message", **text, idempotency_key="the same text, on purpose")
        assert facts["answer"]["messages"][0]["status"] == "THROTTLED" and facts["same_call_again"] == "never", facts
        named = await call("send_message", to=[TO], body="Named", idempotency_key="another-one")
        assert named["messages"][0]["message_id"] != message
        facts, said = await refused("send_message", to=[TO], body="Another text", idempotency_key="another-one")
        assert facts["error"] == "idempotency_key_reused", facts
        assert (await call("send_message", to=[TO], body="Hello", channel="voice"))["accepted"] == 1
        later = await call("send_message", to=[TO], body="Later", send_at="2099-01-31T09:00:00Z")
        later = later["messages"][0]["message_id"]
        assert (await call("get_message", message_id=later))["status"] == "Scheduled"
        assert (await call("cancel_message", message_id=later))["cancelled"]
        assert (await call("get_message", message_id=later))["status"] == "Cancelled"
        facts, said = await refused("get_message", message_id="no-such")
        assert facts["error"] == "not_found", facts
        for wrong in ({"to": [], "body": "x"}, {"to": [TO], "body": " "}, {"to": [TO], "body": "x", "channel": "mms"},
                      {"to": [TO], "body": "x", "send_at": "tomorrow"}, {"to": [TO], "body": "x", "lang": "en-us"},
                      {"to": [TO], "body": "x", "idempotency_key": "ä"}, {"to": TO, "bdy": "x"}, {"to": [TO], "body": "x", "connection": 7}):
            facts, said = await refused("send_message", **wrong)
            assert facts["error"] == "invalid_arguments" and said.startswith("Nothing was done."), said
        listed = await call("list_messages", to=TO, limit=2)
        assert len(listed["messages"]) == 2 and listed["total"] >= 3, listed
        assert (await call("read_inbox", to=TO, wait_seconds=20))["messages"]
        assert (await call("list_replies"))["replies"] == []
        assert (await call("get_allowance"))["allowances"] == []
        assert (await call("list_approvals"))["approvals"] == []
        assert (await call("request_approval", to=[TO], body="free"))["state"] == "not_needed"
        facts, said = await refused("get_approval", approval_id="no-such")
        assert facts["status"] == 404, facts
        called.add("get_approval")
        facts, said = await refused("get_send", send_id="no-such")
        assert facts["status"] == 404, facts
        called.add("get_send")
        lists = (await call("list_contact_lists"))["lists"]
        assert any(one["list_name"] == "Opt-Out List" for one in lists), lists
        mine = (await call("create_contact_list", name="Guests"))["list"]["list_id"]
        await call("add_contact", list_id=mine, phone_number=TO, first_name="Lee")
        contacts = (await call("list_contacts", list_id=mine))["contacts"]
        assert [one["first_name"] for one in contacts] == ["Lee"], contacts
        template = (await call("create_template", name="Ready", body="Your table is ready."))["template"]["template_id"]
        assert (await call("list_templates"))["templates"][0]["template_id"] == template
        assert called == set(tools), set(tools) ^ called

        resources = {str(resource.uri) for resource in (await client.list_resources()).resources}
        assert resources == {"postern://history/sms", "postern://history/mms", "postern://history/voice", "postern://templates"}, resources
        templates = {one.uri_template for one in (await client.list_resource_templates()).resource_templates}
        assert templates == {"postern://history/{channel}{?page}", "postern://templates{?page}", "postern://templates/{template_id}"}, templates
        for uri in [*resources, "postern://history/sms?page=2", f"postern://templates/{template}"]:
            content = (await client.read_resource(uri)).contents[0]
            assert content.mime_type == "application/json" and json.loads(content.text), uri
        for uri in ("postern://history/fax", "postern://templates/0", "file:///etc/passwd"):
            try:
                await client.read_resource(uri)
                raise SystemExit(f"{uri} can be read")
            except MCPError:
                pass
        try:
            await client.call_tool("no_such_tool", {})
            raise SystemExit("a tool that there is not")
        except MCPError as error:
            assert "no_such_tool" in str(error), error
        print(json.dumps({"tools": len(tools), "role": me["key"]["role"]}))


asyncio.run(main())
