using System.Text;
using Ecs.Contracts;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Tests.Driving;

/// <summary>What comes from files of the Agent's, seen from inside of real containers, and in nothing that is kept.</summary>
public sealed class SecretTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("ecs-secrets-");
    private readonly string _secret = $"secret-{Guid.NewGuid():N}";

    public SecretTests()
    {
        Directory.CreateDirectory(Path.Combine(_root.FullName, "secrets/prod"));
        Directory.CreateDirectory(Path.Combine(_root.FullName, "env"));
        Write("secrets/prod/password", _secret + "\n");
        Write("env/a.env", $"# the first\n\nFROM_FILE={_secret}-file\nBOTH=first\nPLAIN=file\nQUOTED=\"x = y\"\r\nBOTH=last\n");
        Write("env/b.env", "BOTH=second\nB=2\n");
        Write("outside", _secret);
        File.CreateSymbolicLink(Path.Combine(_root.FullName, "secrets/link"), Path.Combine(_root.FullName, "outside"));
        File.CreateSymbolicLink(Path.Combine(_root.FullName, "secrets/inner"), "prod/password");
    }

    [Fact]
    public async Task Given_secrets_and_files_of_variables_when_a_task_runs_then_the_container_has_them_and_nothing_else_does()
    {
        using var log = new ConsoleCopy(); // Before the Agent, whose log takes the console that there is then.
        await using var agent = await StartAsync();
        var task = await agent.Scheduler.RunAsync(AgentFixture.Container("app") with
        {
            Secrets = [new() { Name = "PASSWORD", ValueFrom = "/prod/password" }, new() { Name = "AGAIN", ValueFrom = "inner" }],
            EnvironmentFiles = [new() { Value = "a.env", Type = "file" }, new() { Value = "b.env", Type = "file" }],
            Environment = [new("PLAIN", "said before"), new("PLAIN", "definition")],
        });
        await agent.Scheduler.WaitAsync(task, LifecycleStatus.Running);

        var inside = (await agent.ExecAsync(task, "app", "env")).Split('\n');
        Assert.Subset(inside.ToHashSet(), new HashSet<string>
        {
            $"PASSWORD={_secret}", $"AGAIN={_secret}", $"FROM_FILE={_secret}-file", "BOTH=last", "B=2", "PLAIN=definition",
            "QUOTED=\"x = y\"",
        });

        await agent.Scheduler.StopAsync(task);
        await agent.Scheduler.WaitAsync(task, LifecycleStatus.Stopped);
        Assert.All(agent.Scheduler.Told, told => Assert.DoesNotContain(_secret, Encoding.UTF8.GetString(CanonicalJson.Bytes(told))));
        await agent.EndAsync();
        Assert.NotEmpty(Directory.GetFiles(agent.DataDir, "*", SearchOption.AllDirectories));
        Assert.All(
            Directory.GetFiles(agent.DataDir, "*", SearchOption.AllDirectories),
            file => Assert.DoesNotContain(_secret, File.ReadAllText(file)));
        Assert.Contains(task.Split('/')[^1], log.Text);
        Assert.DoesNotContain(_secret, log.Text);
    }

    [Theory]
    [InlineData("prod/missing", "the file 'prod/missing' is not in the Agent's ECS_SECRETS_DIR")]
    [InlineData("../outside", "'../outside' is outside of the Agent's ECS_SECRETS_DIR")]
    [InlineData("/../../../../../../etc/hostname", "is outside of the Agent's ECS_SECRETS_DIR")]
    [InlineData("link", "'link' leads outside of the Agent's ECS_SECRETS_DIR")]
    [InlineData("prod", "the file 'prod' is not in the Agent's ECS_SECRETS_DIR")]
    public async Task Given_a_secret_that_cannot_be_had_then_the_task_fails_to_start_and_says_why(string file, string why)
    {
        await using var agent = await StartAsync();

        var reason = await FailAsync(agent, AgentFixture.Container("app") with { Secrets = [new() { Name = "P", ValueFrom = file }] });

        Assert.StartsWith("ResourceInitializationError: unable to pull secrets or registry auth: ", reason);
        Assert.Contains(why, reason);
    }

    [Fact]
    public async Task Given_lines_that_are_no_variables_then_they_are_passed_over_and_the_log_names_them_without_their_content()
    {
        Write("env/bad.env", $"A=1\n{_secret}\n={_secret}\n# {_secret}=1\nEMPTY_{_secret}=\n\n B= 2\n #C=3\nexport D=4\n");
        using var log = new ConsoleCopy();
        await using var agent = await StartAsync();
        var task = await agent.Scheduler.RunAsync(
            AgentFixture.Container("app") with { EnvironmentFiles = [new() { Value = "bad.env" }] });
        await agent.Scheduler.WaitAsync(task, LifecycleStatus.Running);

        var made = (await agent.InspectAsync(task, "app")).Config!.Env!;
        await agent.EndAsync();

        Assert.Subset(made.ToHashSet(), new HashSet<string> { "A=1", " B= 2", " #C=3", "export D=4" });
        Assert.DoesNotContain(made, variable => variable.Contains(_secret, StringComparison.Ordinal));
        Assert.Contains("bad.env: 3 lines are passed over, since they have no name or no value: 2, 3, 5", log.Text);
        Assert.Contains("bad.env: 3 lines have white space in their names, which are taken as they stand: 7, 8, 9", log.Text);
        Assert.DoesNotContain(_secret, log.Text);
    }

    [Fact]
    public async Task Given_a_file_of_variables_that_is_not_there_then_the_task_fails_to_start_and_says_why()
    {
        await using var agent = await StartAsync();

        var reason = await FailAsync(agent, AgentFixture.Container("app") with { EnvironmentFiles = [new() { Value = "no.env" }] });

        Assert.Equal(
            "ResourceInitializationError: failed to download env files: 'no.env': the file 'no.env' is not in the Agent's ECS_ENV_FILES_DIR",
            reason);
    }

    [Fact]
    public async Task Given_an_agent_without_a_directory_of_secrets_then_none_can_be_had()
    {
        await using var agent = await AgentFixture.StartAsync();

        Assert.Contains("the Agent has no ECS_SECRETS_DIR", await FailAsync(
            agent, AgentFixture.Container("app") with { Secrets = [new() { Name = "P", ValueFrom = "prod/password" }] }));
    }

    [Fact]
    public async Task Given_a_privileged_container_then_only_an_agent_that_allows_it_makes_it_and_says_so_to_placement()
    {
        const string Attribute = "com.amazonaws.ecs.capability.privileged-container";
        await using var careful = await AgentFixture.StartAsync();
        await using var generous = await AgentFixture.StartAsync("--ECS_ALLOW_PRIVILEGED=true");
        var container = AgentFixture.Container("app") with { Privileged = true };

        Assert.Equal(
            "CannotCreateContainerError: The container is to be privileged, which this Agent does not allow: "
            + "ECS_ALLOW_PRIVILEGED is not true.",
            await FailAsync(careful, container));
        Assert.DoesNotContain(careful.Scheduler.Registrations.First().Attributes!, a => a.Name == Attribute);

        var task = await generous.Scheduler.RunAsync(container);
        await generous.Scheduler.WaitAsync(task, LifecycleStatus.Running);
        Assert.True((await generous.InspectAsync(task, "app")).HostConfig!.Privileged);
        Assert.Contains(generous.Scheduler.Registrations.First().Attributes!, a => a.Name == Attribute);
    }

    public void Dispose() => _root.Delete(recursive: true);

    private Task<AgentFixture> StartAsync() => AgentFixture.StartAsync(
        $"--ECS_SECRETS_DIR={_root.FullName}/secrets", $"--ECS_ENV_FILES_DIR={_root.FullName}/env");

    private void Write(string path, string text) => File.WriteAllText(Path.Combine(_root.FullName, path), text);

    private static async Task<string?> FailAsync(AgentFixture agent, ContainerDefinition container)
    {
        var task = await agent.Scheduler.RunAsync(container);
        var told = await agent.Scheduler.WaitAsync(task, LifecycleStatus.Stopped);
        Assert.Equal(StopCode.TaskFailedToStart, told.StopCode);
        Assert.Empty(await agent.ContainersAsync());
        return told.Containers[0].Reason;
    }

    // What the program log says besides: all tests of the process write to the one console.
    private sealed class ConsoleCopy : TextWriter
    {
        private readonly TextWriter _before = Console.Out;
        private readonly StringBuilder _copy = new();

        public ConsoleCopy() => Console.SetOut(this);

        public override Encoding Encoding => Encoding.UTF8;

        public string Text
        {
            get
            {
                lock (_copy) return _copy.ToString();
            }
        }

        public override void Write(char value)
        {
            lock (_copy) _copy.Append(value);
            _before.Write(value);
        }

        protected override void Dispose(bool disposing)
        {
            Console.SetOut(_before);
            base.Dispose(disposing);
        }
    }
}
