using System.Diagnostics;
using Ecs.EndToEnd.Clients;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.Versions;

/// <summary>
/// The services of the commit before this one, built from the repository's own history into a folder of their own.
/// ECS_TEST_PREVIOUS names another commit to compare with.
/// </summary>
internal sealed class PreviousVersion : IAsyncDisposable
{
    private static readonly string[] Services = ["Scheduler", "Registry", "Agent"];

    private readonly string _folder;

    private PreviousVersion(string folder) => _folder = folder;

    public static async Task<PreviousVersion> BuildAsync()
    {
        var named = Environment.GetEnvironmentVariable("ECS_TEST_PREVIOUS");
        var commit = string.IsNullOrEmpty(named) ? "HEAD~1" : named;
        var previous = new PreviousVersion(Path.Combine(Path.GetTempPath(), $"ecs-previous-{Guid.NewGuid():N}"));
        await GitAsync("worktree", "add", "--detach", previous._folder, commit);
        try
        {
            foreach (var service in Services)
            {
                await RunAsync("dotnet", "build", Path.Combine(previous._folder, "services", service),
                    "-c", "Release", "-v", "quiet", "--nologo", "-nodeReuse:false", "-p:UseSharedCompilation=false",
                    "-p:RunAnalyzers=false", "-p:TreatWarningsAsErrors=false");
            }
        }
        catch
        {
            await previous.DisposeAsync();
            throw;
        }

        return previous;
    }

    public string Program(string service) =>
        Path.Combine(_folder, "artifacts", "bin", service, "release", $"Ecs.{service}.dll");

    public async ValueTask DisposeAsync() => await GitAsync("worktree", "remove", "--force", _folder);

    private static Task GitAsync(params string[] arguments) => RunAsync("git", ["-C", TestSettings.Root, .. arguments]);

    private static async Task RunAsync(string program, params string[] arguments)
    {
        var tool = new Tool(program, [], new Dictionary<string, string>(), TimeSpan.FromMinutes(10));
        (await tool.RunAsync(arguments)).Good();
    }
}
