"""Stories as alerting knows them: what each post adds, who claims which figure, what was corrected."""
