# Every account and SMS method of the official SDK, generation 6, that this release serves.
import json, os, time
import clicksend
from clicksend.rest import ApiException

native = 'USERNAME' in os.environ
configuration = clicksend.Configuration(
    host=os.environ['HOST'], username=os.environ.get('USERNAME'), password=os.environ.get('PASSWORD'))
client = clicksend.ApiClient(configuration)
if not native:
    client.set_default_header('Authorization', f'Bearer {os.environ["KEY"]}')
done = 0


def check(condition, what):
    global done
    if not condition:
        raise SystemExit(f'not as it should be: {what}')
    done += 1


account = clicksend.ManagementApi(client).view_account_details()
check(account.response_code == 'SUCCESS' and float(account.data.balance) > 0, account)

sms = clicksend.SmsApi(client)
Message = clicksend.SendSmsRequestMessagesInner
later = int(time.time()) + 3600
sent = sms.send_sms(send_sms_request=clicksend.SendSmsRequest(messages=[
    Message(to='+15551234567', body='now', custom_string='sdk6'),
    Message(to='+15551234567', body='later', schedule=later, custom_string='sdk6 later'),
    Message(to='+15551234567', body='much later', schedule=later + 3600),
]))
check(sent.data.queued_count == 3, sent)
messages = sent.data.messages
check([message.status for message in messages] == ['SUCCESS'] * 3, sent)

price = sms.calculate_sms_price(calculate_sms_price_request=clicksend.CalculateSmsPriceRequest(messages=[
    clicksend.CalculateSmsPriceRequestMessagesInner(to='+15551234567', body='now')]))
check(price.data.total_price > 0, price)

mine = {message.message_id for message in messages}
history = sms.view_sms_history(page=1, limit=100)
check(mine <= {row.message_id for row in history.data.data}, history)
found = sms.view_sms_history(order_by='date:desc')
check(found.data.total >= 3, found)
check(sms.view_sms_history(date_from=later - 7200, date_to=later + 60).data.total >= 3, 'a range of dates')

cancelled = sms.cancel_sms(message_id=messages[1].message_id)
check(cancelled.response_code == 'SUCCESS', cancelled)
cancelled = sms.cancel_all_sms()
check(cancelled.data.count == 1, cancelled)

receipt = None
for _ in range(150):
    try:
        receipt = sms.view_specific_sms_receipt(message_id=messages[0].message_id)
        break
    except ApiException as error:
        if error.status != 404:
            raise
        time.sleep(0.2)
check(receipt is not None and receipt.response_code == 'SUCCESS', receipt)
receipts = sms.view_sms_receipts()
check(receipts.data.total >= 1, receipts)

countries = clicksend.InternationalMessagingApi(client).view_countries()
check(len(countries.data) > 200, 'countries')

print(json.dumps({'done': done}))
