"""Handing alerts to endpoints: whom, in which form, when to try again, when to give up."""
