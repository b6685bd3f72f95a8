# Two scheduled tasks for one Windows computer: a round every ten minutes, a backup every night.
# In PowerShell, as the person whose office it is: .\windows-task.ps1 -Office C:\outreach\office
param(
    [string]$Program = "C:\outreach\program\Scripts\outreach.exe",
    [Parameter(Mandatory = $true)][string]$Office
)
$round = New-ScheduledTaskAction -Execute $Program -Argument "--office `"$Office`" round"
$often = New-ScheduledTaskTrigger -Once -At (Get-Date) -RepetitionInterval (New-TimeSpan -Minutes 10)
Register-ScheduledTask -TaskName "outreach round" -Action $round -Trigger $often -Force

$backup = New-ScheduledTaskAction -Execute $Program -Argument "--office `"$Office`" db backup --keep 14"
$nightly = New-ScheduledTaskTrigger -Daily -At "12:30"
$settings = New-ScheduledTaskSettingsSet -StartWhenAvailable
Register-ScheduledTask -TaskName "outreach backup" -Action $backup -Trigger $nightly -Settings $settings -Force
