"""Lists of people, organisations and buildings as offices keep them: CSV and workbooks, every fault named."""
