"""Chat: what is said in Slack, Mattermost and Matrix, by whom, and what watchbill says there."""
