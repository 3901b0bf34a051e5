using Ecs.Auditor;
using Ecs.Hosting;

try
{
    await AuditorProgram.Build(args).RunAsync();
    return 0;
}
catch (SettingException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 2;
}
