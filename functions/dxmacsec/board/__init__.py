"""The board: how every link stands, as HTML for a custom widget of CloudWatch."""
