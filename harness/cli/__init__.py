"""The command `defi`: one thin module per verb group, loaded only when its verb is called."""
