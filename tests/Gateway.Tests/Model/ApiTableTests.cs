using System.Runtime.CompilerServices;

namespace Ecs.Gateway.Tests.Model;

public class ApiTableTests
{
    [Fact]
    public void Given_the_table_of_the_api_in_the_documents_when_made_again_then_it_is_the_same()
    {
        var path = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", "..", "docs", "api.md"));
        var made = ApiTable.Make();
        if (Environment.GetEnvironmentVariable("ECS_WRITE_DOCS") == "1") File.WriteAllText(path, made);

        Assert.True(
            File.Exists(path) && File.ReadAllText(path) == made,
            "docs/api.md is out of date: infra/docs.sh writes it anew; look at what changed, and commit it.");
    }

    private static string Here([CallerFilePath] string path = "") => path;
}
