using Ecs.Hosting;
using Ecs.Scheduler;

try
{
    await SchedulerProgram.Build(args).RunAsync();
    return 0;
}
catch (SettingException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 2;
}
