def run(s):
    account = s.api('ManagementApi').view_account_details()
    s.succeeded(account)
    s.check(float(account.data.balance) > 0, account)
